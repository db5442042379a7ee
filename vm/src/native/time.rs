//! Natives of time: clocks, units, calendar.

use num_bigint::BigInt;
use num_integer::Integer as _;

use crate::native::{Native, NativeResult};
use crate::natives;
use crate::term::Term;

natives! {
    "erlang" => {
        "monotonic_time" / 0 : monotonic_time, effect;
        "monotonic_time" / 1 : monotonic_time, effect;
        "system_time" / 0 : system_time, effect;
        "system_time" / 1 : system_time, effect;
        "time_offset" / 0 : time_offset, effect;
        "time_offset" / 1 : time_offset, effect;
        "convert_time_unit" / 3 : convert_time_unit, pure;
        "timestamp" / 0 : timestamp, effect;
        "now" / 0 : now, effect;
        "localtime" / 0 : localtime, effect;
        "universaltime" / 0 : universaltime, effect;
        "date" / 0 : date, effect;
        "time" / 0 : time, effect;
        "localtime_to_universaltime" / 1 : localtime_to_universaltime, effect;
        "localtime_to_universaltime" / 2 : localtime_to_universaltime, effect;
        "universaltime_to_localtime" / 1 : universaltime_to_localtime, effect;
        "posixtime_to_universaltime" / 1 : posixtime_to_universaltime, pure;
        "universaltime_to_posixtime" / 1 : universaltime_to_posixtime, pure;
    }
    "os" => {
        "system_time" / 0 : system_time, effect;
        "system_time" / 1 : system_time, effect;
        "timestamp" / 0 : timestamp, effect;
        "perf_counter" / 0 : monotonic_time, effect;
        "perf_counter" / 1 : monotonic_time, effect;
    }
}

const NANOSECONDS: i64 = 1_000_000_000;

/// How many of a unit make a second.
fn parts_per_second(unit: Term<'_>) -> Option<i64> {
    match unit.as_atom() {
        Some(atom) => Some(match atom.as_str() {
            "second" | "seconds" => 1,
            "millisecond" | "milli_seconds" => 1_000,
            "microsecond" | "micro_seconds" => 1_000_000,
            "nanosecond" | "nano_seconds" | "native" | "perf_counter" => NANOSECONDS,
            _ => return None,
        }),
        None => unit.as_i64().filter(|&parts| parts > 0),
    }
}

fn in_unit<'h>(cx: &mut Native<'_, 'h>, nanoseconds: i64, unit: Option<&Term<'h>>) -> NativeResult<'h> {
    let parts = match unit {
        None => NANOSECONDS,
        Some(unit) => parts_per_second(*unit).ok_or_else(Native::raise_badarg)?,
    };
    let value = (i128::from(nanoseconds) * i128::from(parts)).div_euclid(i128::from(NANOSECONDS));
    let term = match i64::try_from(value) {
        Ok(value) => cx.integer(value),
        Err(_) => cx.big(&BigInt::from(value)),
    };
    Native::ok(term)
}

fn monotonic_time<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let nanoseconds = cx.vm().clock().nanoseconds() as i64;
    in_unit(cx, nanoseconds, args.first())
}

fn system_time<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let nanoseconds = cx.vm().clock().system_nanoseconds();
    in_unit(cx, nanoseconds, args.first())
}

fn time_offset<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let clock = cx.vm().clock();
    let offset = clock.system_nanoseconds() - clock.nanoseconds() as i64;
    in_unit(cx, offset, args.first())
}

fn convert_time_unit<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let (Some(time), Some(from), Some(to)) = (args[0].to_big(), parts_per_second(args[1]), parts_per_second(args[2]))
    else {
        return Native::badarg();
    };
    let converted = (time * BigInt::from(to)).div_floor(&BigInt::from(from));
    let term = cx.big(&converted);
    Native::ok(term)
}

fn timestamp<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let microseconds = cx.vm().clock().system_nanoseconds() / 1_000;
    three_parts(cx, microseconds)
}

fn now<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    // Each call gives a later time than the one before.
    let microseconds = cx.vm().clock().system_nanoseconds() / 1_000;
    let microseconds = cx.vm().later_than_before(microseconds);
    three_parts(cx, microseconds)
}

fn three_parts<'h>(cx: &mut Native<'_, 'h>, microseconds: i64) -> NativeResult<'h> {
    let seconds = microseconds.div_euclid(1_000_000);
    let parts = [
        cx.integer(seconds / 1_000_000),
        cx.integer(seconds % 1_000_000),
        cx.integer(microseconds.rem_euclid(1_000_000)),
    ];
    let tuple = cx.tuple(&parts);
    Native::ok(tuple)
}

// The calendar: days since 1970-01-01 in the proleptic Gregorian calendar.

/// Year, month and day of a day's number.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The number of a day.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn date_term<'h>(cx: &mut Native<'_, 'h>, seconds: i64) -> Term<'h> {
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let parts = [cx.integer(year), cx.integer(month), cx.integer(day)];
    cx.tuple(&parts)
}

fn time_term<'h>(cx: &mut Native<'_, 'h>, seconds: i64) -> Term<'h> {
    let second = seconds.rem_euclid(86_400);
    let parts = [cx.integer(second / 3_600), cx.integer(second / 60 % 60), cx.integer(second % 60)];
    cx.tuple(&parts)
}

fn date_time<'h>(cx: &mut Native<'_, 'h>, seconds: i64) -> NativeResult<'h> {
    let pair = [date_term(cx, seconds), time_term(cx, seconds)];
    let tuple = cx.tuple(&pair);
    Native::ok(tuple)
}

/// Seconds since 1970 of `{{y, m, d}, {h, m, s}}`, when it is one.
fn seconds_of(term: Term<'_>) -> Option<i64> {
    let &[date, time] = term.as_tuple()? else { return None };
    let (&[year, month, day], &[hour, minute, second]) = (date.as_tuple()?, time.as_tuple()?) else { return None };
    let (year, month, day) = (year.as_i64()?, month.as_i64()?, day.as_i64()?);
    let (hour, minute, second) = (hour.as_i64()?, minute.as_i64()?, second.as_i64()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let valid = (-100_000..=100_000).contains(&year)
        && (1..=last).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second);
    valid.then(|| days_of(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn local_seconds(cx: &Native<'_, '_>) -> i64 {
    let seconds = cx.vm().clock().system_nanoseconds().div_euclid(NANOSECONDS);
    seconds + i64::from(cx.vm().host().local_offset(seconds))
}

fn localtime<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = local_seconds(cx);
    date_time(cx, seconds)
}

fn universaltime<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = cx.vm().clock().system_nanoseconds().div_euclid(NANOSECONDS);
    date_time(cx, seconds)
}

fn date<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = local_seconds(cx);
    let date = date_term(cx, seconds);
    Native::ok(date)
}

fn time<'h>(cx: &mut Native<'_, 'h>, _: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = local_seconds(cx);
    let time = time_term(cx, seconds);
    Native::ok(time)
}

fn localtime_to_universaltime<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let local = seconds_of(args[0]).ok_or_else(Native::raise_badarg)?;
    let host = cx.vm().host();
    let first = local - i64::from(host.local_offset(local));
    let second = local - i64::from(host.local_offset(first));
    date_time(cx, second)
}

fn universaltime_to_localtime<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = seconds_of(args[0]).ok_or_else(Native::raise_badarg)?;
    let offset = i64::from(cx.vm().host().local_offset(seconds));
    date_time(cx, seconds + offset)
}

fn posixtime_to_universaltime<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = args[0].as_i64().ok_or_else(Native::raise_badarg)?;
    date_time(cx, seconds)
}

fn universaltime_to_posixtime<'h>(cx: &mut Native<'_, 'h>, args: &[Term<'h>]) -> NativeResult<'h> {
    let seconds = seconds_of(args[0]).ok_or_else(Native::raise_badarg)?;
    let seconds = cx.integer(seconds);
    Native::ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(18_262), (2020, 1, 1));
        for days in (-800_000..800_000).step_by(37) {
            let (year, month, day) = civil(days);
            assert_eq!(days_of(year, month, day), days);
        }
    }
}
