internal import TabularLearning

extension PacketNetwork {
    /// Writes the whole state.
    func save(to writer: inout WordWriter) {
        writer.write(tick)
        writer.write(pending.map { UInt32(bitPattern: $0.packet) })
        writer.write(pending.map { UInt32($0.router) })
        queues.save(to: &writer)
        if keepsArrivals { queues.saveArrivals(to: &writer) }
        statistics.save(to: &writer)
    }

    /// Puts back what `save` wrote.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let tick = try reader.word()
        guard tick <= RoutingScenario.mostTicks else {
            throw WordReader.Failure("a network was saved in tick \(tick), beyond any run's")
        }
        let (packets, routers) = (try reader.wordArray(), try reader.wordArray())
        try queues.restore(from: &reader, routerCount: topology.routerCount, pending: packets, at: tick)
        if keepsArrivals { try queues.restoreArrivals(from: &reader, linkCount: links.count) }
        try statistics.restore(from: &reader)
        guard packets.count == routers.count, routers.allSatisfy({ $0 < UInt32(topology.routerCount) }) else {
            throw WordReader.Failure("the pending packets before word \(reader.position) do not fit this network")
        }
        lastDrops.removeAll()
        self.tick = tick
        circumstances.rewind(to: tick)
        pending.removeAll()
        for (packet, router) in zip(packets, routers) {
            append(pending: Int32(bitPattern: packet), at: Int(router))
        }
    }
}
