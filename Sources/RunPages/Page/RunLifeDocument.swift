/// What has happened in a run, and what its shards were given, over its time.
struct RunLifeDocument: Encodable {
    /// Seconds since the process began, as far as anybody knows.
    let seconds: Double
    /// Everything that is noted.
    let events: [RunProgress.Event]
    /// Updates by shard over time; empty without messages.
    let course: ShardCourse

    init(_ run: RunSnapshot) {
        events = run.progress?.events ?? []
        course = run.progress?.shardCourse ?? ShardCourse()
        seconds = max(events.last?.seconds ?? 0, course.points.last?.seconds ?? 0)
    }
}
