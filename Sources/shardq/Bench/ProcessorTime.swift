internal import Foundation

/// Processor time of processes and threads, read from `/proc` (resolution 10 ms).
enum ProcessorTime {
    /// Seconds of user and system time of a process with all its threads; zero when it is gone.
    static func ofProcess(_ identifier: Int32) -> Double {
        seconds(at: "/proc/\(identifier)/stat")
    }

    /// Seconds of this process.
    static var ofThisProcess: Double { seconds(at: "/proc/self/stat") }

    /// Seconds of the threads of this process whose name begins with a text.
    static func ofThreads(named prefix: String) -> Double {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.reduce(0) { total, task in
            let name = (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) ?? ""
            return name.hasPrefix(prefix) ? total + seconds(at: "/proc/self/task/\(task)/stat") : total
        }
    }

    /// Field 14 is user time and 15 system time, in hundredths of a second; the name in field 2 may hold spaces.
    private static func seconds(at path: String) -> Double {
        guard let line = try? String(contentsOfFile: path, encoding: .utf8),
            let name = line.lastIndex(of: ")")
        else { return 0 }
        let fields = line[line.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / 100
    }
}
