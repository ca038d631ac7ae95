/// What training takes where a scenario has an hour for each number of a series.
struct HourlySeries {
    /// The hours.
    let count: Int

    /// The days that the hours are, the last one whole; one or more.
    var days: UInt64 { UInt64(max(1, (count + 23) / 24)) }

    /// The hours after which an episode is cut: a week where there are more, so that late hours are not visited more often than early
    /// ones, since an episode begins anywhere; `nil` where each goes on to the end.
    var episodeLimit: Int? { count > 168 ? 168 : nil }
}
