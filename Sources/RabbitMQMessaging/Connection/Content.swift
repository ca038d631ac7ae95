internal import CRabbitMQ
internal import Messaging

/// What followed a delivery or a return: the properties that matter, and the body if it was wanted.
struct Content {
    var type = ""
    var correlation: UInt64 = 0
    var body: [UInt32] = []

    /// Why this is no message of a run; `nil` when it is one.
    var defect: String?

    /// Reads type and correlation from a decoded header.
    mutating func read(_ properties: amqp_basic_properties_t, in connection: AMQPConnection) {
        let flags = unsafe properties._flags
        if flags & amqp_flags_t(AMQP_BASIC_TYPE_FLAG) != 0 {
            type = unsafe connection.typeText(properties.type)
        } else {
            defect = "it has no type"
        }
        guard flags & amqp_flags_t(AMQP_BASIC_CORRELATION_ID_FLAG) != 0,
            let number = unsafe Self.decimal(properties.correlation_id.buffer)
        else {
            defect = "its correlation_id is missing or no decimal number below 2^64"
            return
        }
        correlation = number
    }

    /// Reads digits; `nil` when there is none, something else, or too many.
    static func decimal(_ digits: UnsafeRawBufferPointer) -> UInt64? {
        guard (1...20).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for index in digits.indices {
            let digit = unsafe UInt64(digits[index] &- UInt8(ascii: "0"))
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(digit)
            guard digit <= 9, !overflows, !carries else { return nil }
            value = sum
        }
        return value
    }
}

extension AMQPConnection {
    /// Reads the header and the body that follow a method.
    ///
    /// Frames of the connection itself may come in between; frames of the message channel may not.
    ///
    /// - Parameter isWanted: Whether to keep the body.
    /// - Returns: What arrived, with the reason where it is no message of a run.
    /// - Throws: `MessagingError` with `connectionLost`.
    func readContent(isWanted: Bool) throws(MessagingError) -> Content {
        try readContentFrame(UInt8(AMQP_FRAME_HEADER))
        let header = unsafe frame.pointee.payload.properties
        var content = Content()
        if let decoded = unsafe header.decoded {
            unsafe content.read(decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee, in: self)
        }
        let byteCount = unsafe header.body_size
        if byteCount % 4 != 0 {
            content.defect = "its body has \(byteCount) bytes, no multiple of 4"
        } else if byteCount > UInt64(4 * Message.maximumWordCount) {
            content.defect = "its body has \(byteCount) bytes, more than 16 MiB"
        }
        if isWanted, content.defect == nil {
            content.body = try readBody(wordCount: Int(byteCount / 4))
        } else {
            try unsafe readFragments(byteCount) { _, _ in }
        }
        return content
    }

    private func readBody(wordCount: Int) throws(MessagingError) -> [UInt32] {
        guard wordCount > 0 else { return [] }
        var failure: MessagingError?
        let words = unsafe [UInt32](unsafeUninitializedCapacity: wordCount) { memory, initializedCount in
            let target = UnsafeMutableRawBufferPointer(memory)
            do throws(MessagingError) {
                try unsafe readFragments(UInt64(4 * wordCount)) { offset, fragment in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: fragment)
                }
                initializedCount = wordCount
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        #if _endian(little)
            return words
        #else
            return words.map { UInt32(littleEndian: $0) }
        #endif
    }

    /// Reads body frames until a body is complete, and lends each with the offset where it belongs.
    func readFragments(
        _ byteCount: UInt64,
        _ use: (_ offset: Int, _ fragment: UnsafeRawBufferPointer) -> Void
    ) throws(MessagingError) {
        var offset: UInt64 = 0
        while offset < byteCount {
            try readContentFrame(UInt8(AMQP_FRAME_BODY))
            let fragment = unsafe frame.pointee.payload.body_fragment.buffer
            guard UInt64(fragment.count) <= byteCount - offset else {
                throw fail(MessagingError(.connectionLost, "\(address.endpoint) sent more of a body than it announced"))
            }
            unsafe use(Int(offset), fragment)
            offset += UInt64(fragment.count)
            if offset < byteCount { unsafe amqp_maybe_release_buffers(try live()) }
        }
    }

    /// Reads the next frame of a message into `frame`.
    func readContentFrame(_ type: UInt8) throws(MessagingError) {
        let patience = WaitingTime.seconds(max(2 * heartbeat, 30))
        while true {
            guard try readFrame(within: patience) else {
                throw fail(
                    MessagingError(
                        .connectionLost,
                        "the broker at \(address.endpoint) stopped in the middle of a message"
                    )
                )
            }
            if unsafe frame.pointee.frame_type == type { return }
            let isMethod = unsafe frame.pointee.frame_type == UInt8(AMQP_FRAME_METHOD)
            if isMethod { try unsafe note(frame.pointee.payload.method) }
        }
    }

    /// The text of a message type; known ones cost no new string.
    func typeText(_ bytes: amqp_bytes_t) -> String {
        for name in types where unsafe name.matches(bytes) { return name.text }
        return typeName(unsafe bytes.text).text
    }
}
