//! Beliefs sent through the rules of a framework.

mod answers;
mod exactness;
mod faults;
mod frameworks;
mod joined;
mod spreads;
