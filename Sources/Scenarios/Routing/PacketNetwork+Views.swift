extension PacketNetwork {
    /// The slots over which a packet can leave a router now, as a bit set; all of them where there is none.
    public func usableSlots(of router: Int) -> UInt64 {
        let usable = circumstances.states.usable[router]
        return usable == 0 ? .max >> UInt64(64 - links.leaving(router).count) : usable
    }

    /// Whether a router works now.
    public func works(_ router: Int) -> Bool { circumstances.states.works(router) }

    /// The last tick in which a router or a link failed or returned; `nil` before the first.
    public var lastTopologyChange: UInt32? { circumstances.lastTopologyChange }

    /// The packets that a packet would find before it on its way through a neighbour: the queue it would join next.
    ///
    /// - Parameters:
    ///   - router: Where it is.
    ///   - slot: The neighbour's slot.
    ///   - destination: Where it is bound.
    /// - Returns: In the node model the neighbour's queue, 0 at the destination; in the link model the link's.
    @inline(__always)
    public func queueAhead(_ router: Int, _ slot: Int, to destination: Int) -> Int32 {
        let link = links.offsets[router] &+ slot
        if isLinkModel { return queues.lengths[link] }
        let neighbor = links.targets[link]
        return neighbor == destination ? 0 : queues.lengths[neighbor]
    }

    private var isLinkModel: Bool { model == .link }

    /// Counts the packets that wait at each router for each destination, the pending ones not counted.
    ///
    /// - Parameter waiting: [routers × destinations], overwritten.
    func countWaiting(into waiting: inout [Int32]) {
        for index in waiting.indices { waiting[index] = 0 }
        queues.forEachWaiting { packet, server in
            let router = isLinkModel ? links.sources[server] : server
            waiting[router * topology.routerCount + Int(queues.destinations[packet])] += 1
        }
    }
}
