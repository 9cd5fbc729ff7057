//! SIPAS (Chỉ số hài lòng về sự phục vụ hành chính), the satisfaction index:
//! the official figure beside the estimate one can defend.
//!
//! # What published figures say of the formula
//! The decree's formula is not known. The national figures of 2024 are policy
//! 83.84, services 84.09, overall 83.94, each rounded to two decimals. If the
//! overall figure is `w × policy + (1 − w) × services`, interval arithmetic on
//! the printed digits bounds `w`: the plain mean of the halves is refuted,
//! unequal weights (pooling of answers among them) are consistent.
//!
//! ```
//! // In thousandths of a point: the true value is within 5 of the printed one.
//! let [policy, services, overall] = [83_840_i64, 84_090, 83_940];
//! let weight = |policy: i64, services: i64, overall: i64| (services - overall, services - policy);
//! // The weight grows with policy and services and falls with the overall figure.
//! let least = weight(policy - 5, services - 5, overall + 5);
//! let most = weight(policy + 5, services + 5, overall - 5);
//! assert_eq!((least, most), ((140, 250), (160, 250))); // 0.56 to 0.64
//! // A half would need an overall figure of 83.965 give or take 0.005, and 83.94 was printed.
//! let mean = (policy + services) / 2;
//! assert!((mean - overall).abs() > 5 + 5);
//! ```

mod answers;
mod bundled;
mod evaluate;
mod official;
mod questionnaire;
mod results;

pub use answers::Answers;
pub use evaluate::{Sipas, SipasOptions};
pub use official::Official;
pub use questionnaire::{Factor, Formula, Item, Part, Questionnaire, Scale};
pub use results::{National, SipasNote, SipasRank, SipasRow};
