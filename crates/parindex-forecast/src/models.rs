//! The models, one a file.

mod ar;
mod auto;
mod kernel;
mod parts;
mod regions;
mod stack;
mod state_space;
mod walk;

pub use ar::AutoRegression;
pub use auto::Auto;
pub use parts::Parts;
pub use stack::Stack;
pub use state_space::StateSpace;
pub use walk::RandomWalk;
