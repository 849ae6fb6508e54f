//! Fair shares of a limited resource.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A key may take more as long as it holds less than this multiple of what is free. So one key alone gets two thirds of
/// the capacity, two get two fifths each, and something always remains for a key that holds nothing.
const FREE_MULTIPLE: usize = 2;

/// A resource of limited capacity that keys share by dynamic thresholds (Choudhury and Hahne, IEEE/ACM Transactions on
/// Networking 6, 1998).
#[derive(Debug)]
pub(crate) struct Shares {
    capacity: usize,
    held: Mutex<Held>,
}

/// The amounts in use. A key has an entry only while it holds something.
#[derive(Debug, Default)]
struct Held {
    total: usize,
    by_key: HashMap<String, usize>,
}

/// The reason why a key gets no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShareExceeded {
    /// Others use the resource.
    Full,
    /// The key itself holds its share of the resource.
    OwnShare,
}

impl Shares {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, held: Mutex::default() }
    }

    /// Returns the amount in use.
    pub(crate) fn in_use(&self) -> usize {
        self.lock().total
    }

    /// Returns an empty share of a key.
    pub(crate) fn share(self: &Arc<Self>, key: &str) -> Share {
        Share { shares: self.clone(), key: key.to_owned(), amount: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An amount that a key holds. Dropping it frees the amount.
#[derive(Debug)]
pub(crate) struct Share {
    shares: Arc<Shares>,
    key: String,
    amount: usize,
}

impl Share {
    /// Takes a further amount, or nothing if the key may not have it.
    pub(crate) fn grow(&mut self, amount: usize) -> Result<(), ShareExceeded> {
        if amount == 0 {
            return Ok(());
        }
        let mut held = self.shares.lock();
        let free = self.shares.capacity.saturating_sub(held.total);
        let own = held.by_key.get(&self.key).copied().unwrap_or_default();
        if amount > free {
            return Err(if own > 0 { ShareExceeded::OwnShare } else { ShareExceeded::Full });
        }
        if own >= free.saturating_mul(FREE_MULTIPLE) {
            return Err(ShareExceeded::OwnShare);
        }
        held.total += amount;
        match held.by_key.get_mut(&self.key) {
            Some(own) => *own += amount,
            None => drop(held.by_key.insert(self.key.clone(), amount)),
        }
        self.amount += amount;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.shares.lock();
        held.total = held.total.saturating_sub(self.amount);
        if let Some(own) = held.by_key.get_mut(&self.key) {
            *own = own.saturating_sub(self.amount);
            if *own == 0 {
                held.by_key.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, ShareExceeded, Shares};
    use std::sync::Arc;

    /// Takes as many units as a key gets.
    fn take_all(shares: &Arc<Shares>, key: &str) -> Vec<Share> {
        let take_one = || {
            let mut share = shares.share(key);
            share.grow(1).is_ok().then_some(share)
        };
        std::iter::from_fn(take_one).collect()
    }

    #[test]
    fn one_key_gets_two_thirds_and_leaves_the_rest_to_others() {
        let shares = Arc::new(Shares::new(12));
        let first = take_all(&shares, "flood");
        assert_eq!((first.len(), shares.in_use()), (8, 8));
        assert_eq!(shares.share("flood").grow(1), Err(ShareExceeded::OwnShare));
        let second = take_all(&shares, "other");
        assert!(!second.is_empty() && shares.in_use() < 12);
        assert!(shares.share("third").grow(1).is_ok(), "a key that holds nothing gets one");
        drop(first);
        drop(second);
        assert_eq!(shares.in_use(), 0);
        assert!(shares.lock().by_key.is_empty(), "a key that holds nothing uses no memory");
    }

    #[test]
    fn the_capacity_is_never_exceeded() {
        let shares = Arc::new(Shares::new(1));
        let only = take_all(&shares, "a");
        assert_eq!(only.len(), 1);
        assert_eq!(shares.share("b").grow(1), Err(ShareExceeded::Full));
        let none = Arc::new(Shares::new(0));
        assert_eq!(none.share("a").grow(1), Err(ShareExceeded::Full));
    }

    #[test]
    fn a_share_grows_by_any_amount_that_is_free() {
        let shares = Arc::new(Shares::new(90));
        let mut share = shares.share("a");
        assert_eq!((share.grow(50), share.grow(30)), (Ok(()), Ok(())));
        assert_eq!(share.grow(1), Err(ShareExceeded::OwnShare));
        assert_eq!(shares.share("b").grow(11), Err(ShareExceeded::Full));
        assert_eq!(shares.in_use(), 80);
    }
}
