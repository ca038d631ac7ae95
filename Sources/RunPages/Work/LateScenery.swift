public import RunFilms
internal import Synchronization

/// Something to be watched that is made when somebody asks for it: a large network takes a while to be laid out.
public final class LateScenery: Sendable {
    private let make: @Sendable () throws -> Scenery
    private let made = Mutex<Scenery?>(nil)

    /// Says how it is made.
    public init(_ make: @escaping @Sendable () throws -> Scenery) { self.make = make }

    /// The scenery, made at the first time.
    func get() throws -> Scenery {
        if let made = made.withLock({ $0 }) { return made }
        let scenery = try make()
        made.withLock { $0 = scenery }
        return scenery
    }
}
