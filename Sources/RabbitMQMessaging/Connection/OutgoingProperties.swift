internal import CRabbitMQ

/// The properties of the message that is being published, in memory the library can read.
///
/// One value is filled again for each message: publishing allocates nothing.
@safe
final class OutgoingProperties {
    /// The media type of a body of little-endian 32-bit words.
    static let contentType = "application/vnd.shardq.words"

    private let contentType = AMQPName(OutgoingProperties.contentType)
    private let application = AMQPName("shardq")
    private let digits: UnsafeMutableBufferPointer<UInt8>
    private let properties: UnsafeMutablePointer<amqp_basic_properties_t>

    /// As many digits as 2⁶⁴ − 1 has.
    private static let mostDigits = 20

    init() {
        unsafe digits = .allocate(capacity: Self.mostDigits)
        unsafe digits.initialize(repeating: 0)
        unsafe properties = .allocate(capacity: 1)
        var constant = unsafe amqp_basic_properties_t()
        let flags = [
            AMQP_BASIC_TYPE_FLAG, AMQP_BASIC_CORRELATION_ID_FLAG, AMQP_BASIC_APP_ID_FLAG,
            AMQP_BASIC_CONTENT_TYPE_FLAG,
        ]
        unsafe constant._flags = flags.reduce(0) { $0 | amqp_flags_t($1) }
        unsafe constant.app_id = application.bytes
        unsafe constant.content_type = contentType.bytes
        unsafe properties.initialize(to: constant)
    }

    deinit {
        unsafe digits.deallocate()
        unsafe properties.deallocate()
    }

    /// Fills in what differs between messages; the result is valid until the next call.
    func fill(type: AMQPName, correlation: UInt64) -> UnsafePointer<amqp_basic_properties_t> {
        unsafe properties.pointee.type = type.bytes
        var first = Self.mostDigits
        var rest = correlation
        repeat {
            first -= 1
            unsafe digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        unsafe properties.pointee.correlation_id = amqp_bytes_t(
            len: Self.mostDigits - first,
            bytes: digits.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + first) }
        )
        return unsafe UnsafePointer(properties)
    }
}
