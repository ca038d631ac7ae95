internal import CRabbitMQ

/// What a client tells the broker about itself when it logs in.
///
/// The library adds its own capabilities to the ones named here.
@safe
final class ClientProperties {
    private var names: [AMQPName] = []
    private let capabilities: UnsafeMutableBufferPointer<amqp_table_entry_t>
    private let entries: UnsafeMutableBufferPointer<amqp_table_entry_t>

    init(connectionName: String) {
        // Without these the broker would neither say that it has stopped reading nor that a queue was deleted.
        unsafe capabilities = .allocate(capacity: 2)
        unsafe entries = .allocate(capacity: 3)
        unsafe capabilities.initializeElement(at: 0, to: enabled("connection.blocked"))
        unsafe capabilities.initializeElement(at: 1, to: enabled("consumer_cancel_notify"))

        var nested = unsafe amqp_table_entry_t()
        unsafe nested.key = name("capabilities")
        unsafe nested.value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
        unsafe nested.value.value.table = amqp_table_t(num_entries: 2, entries: capabilities.baseAddress)
        unsafe entries.initializeElement(at: 0, to: nested)
        unsafe entries.initializeElement(at: 1, to: entry("product", "ShardQ"))
        unsafe entries.initializeElement(at: 2, to: entry("connection_name", connectionName))
    }

    deinit {
        unsafe capabilities.deallocate()
        unsafe entries.deallocate()
    }

    /// The table for the library; valid while this object is alive.
    var table: amqp_table_t {
        unsafe amqp_table_t(num_entries: CInt(entries.count), entries: entries.baseAddress)
    }

    private func name(_ text: String) -> amqp_bytes_t {
        let name = AMQPName(text)
        names.append(name)
        return unsafe name.bytes
    }

    private func enabled(_ key: String) -> amqp_table_entry_t {
        var entry = unsafe amqp_table_entry_t()
        unsafe entry.key = name(key)
        unsafe entry.value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
        unsafe entry.value.value.boolean = 1
        return unsafe entry
    }

    private func entry(_ key: String, _ value: String) -> amqp_table_entry_t {
        var entry = unsafe amqp_table_entry_t()
        unsafe entry.key = name(key)
        unsafe entry.value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        unsafe entry.value.value.bytes = name(value)
        return unsafe entry
    }
}
