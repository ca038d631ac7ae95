public import Checkpoints
internal import Foundation
public import NeuralLearning
internal import PolicyExport

/// A network in a folder: `network.json`, its arrays under `weights/`, `network.onnx`, and the course in `curve.csv`.
public struct NetworkFolder: Sendable {
    /// What it is.
    public let description: NetworkDescription
    /// The policy's weights.
    public let parameters: [Vector]

    /// The name of the folder of its arrays.
    public static let weightsName = "weights"

    /// Whether a folder holds a network.
    public static func exists(at folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(NetworkDescription.fileName)")
    }

    /// Reads a folder, and checks its arrays against the digest.
    ///
    /// - Throws: `FileFailure` that names the file.
    public init(at folder: String) throws(FileFailure) {
        let file = "\(folder)/\(NetworkDescription.fileName)"
        let data = try Self.contents(of: file, atMost: 1 << 20)
        guard let description = try? JSONDecoder().decode(NetworkDescription.self, from: data) else {
            throw FileFailure(.damaged, "\(file) does not describe a network")
        }
        guard description.format == NetworkDescription.currentFormat else {
            throw FileFailure(
                .foreign,
                "\(file) has format \(description.format), this release reads format \(NetworkDescription.currentFormat)"
            )
        }
        let shape = description.shape
        guard shape.isWithinLimits, shape.outputCount == description.actions.count,
            description.settings.objection == nil,
            shape == description.settings.value.shape(features: shape.inputCount, actions: shape.outputCount)
        else { throw FileFailure(.damaged, "\(file) describes a network that cannot be") }
        guard (description.forces != nil) == description.settings.givesForces,
            description.forces?.count ?? shape.outputCount == shape.outputCount,
            description.forces?.allSatisfy({ $0.count == 2 && $0[0] < $0[1] }) ?? true
        else { throw FileFailure(.damaged, "\(file) describes forces that cannot be") }
        self.description = description
        var arrays: [NamedArray] = []
        for array in shape.arrays(of: Array(repeating: .zero, count: shape.vectorCount)) {
            let file = "\(folder)/\(Self.weightsName)/\(array.name).npy"
            let values = try Self.values(of: array, in: file)
            arrays.append(
                NamedArray(
                    name: array.name,
                    rowCount: array.rowCount,
                    columnCount: array.columnCount,
                    values: values
                )
            )
        }
        guard let parameters = shape.parameters(from: arrays),
            NetworkDigest(shape, parameters).description == description.policyDigest
        else {
            throw FileFailure(
                .damaged,
                "the arrays in \(folder)/\(Self.weightsName) are not those of which \(file) has the digest"
            )
        }
        self.parameters = parameters
    }

    private static func values(of array: NamedArray, in file: String) throws(FileFailure) -> [Float] {
        let data = try contents(of: file, atMost: 4 * array.values.count + 4096)
        do throws(FileFailure) {
            return try NumpyFile.values(in: data, rowCount: array.rowCount, columnCount: array.columnCount)
        } catch {
            throw FileFailure(error.code, "\(file): \(error)")
        }
    }

    private static func contents(of file: String, atMost limit: Int) throws(FileFailure) -> Data {
        let size = try DiskFiles().byteCount(of: file)
        guard size <= limit else {
            throw FileFailure(.damaged, "\(file) has \(size) bytes; at most \(limit) were expected")
        }
        return try AtomicFile.read(URL(fileURLWithPath: file))
    }

    /// Writes where a learner stands; the description last.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func write(
        _ learner: some NetworkLearner,
        scenario: String,
        actions: [String],
        forces: [ClosedRange<Double>]? = nil,
        version: String,
        to folder: String
    ) throws(FileFailure) {
        let description = NetworkDescription(learner, scenario: scenario, actions: actions, forces: forces)
        let url = URL(fileURLWithPath: folder)
        let weights = url.appendingPathComponent(Self.weightsName)
        try AtomicFile.makeFolder(weights)
        for array in learner.shape.arrays(of: learner.best) {
            let data = NumpyFile.data(array.values, rowCount: array.rowCount, columnCount: array.columnCount)
            try AtomicFile.write(data, to: weights.appendingPathComponent("\(array.name).npy"))
        }
        let model = NetworkModel(
            learner.shape,
            learner.best,
            actions: actions,
            forces: forces,
            digest: description.policyDigest,
            version: version
        )
        try AtomicFile.write(Data(model.bytes), to: url.appendingPathComponent("network.onnx"))
        let rows = learner.curve.map { "\($0.steps),\($0.updates),\($0.meanReturn)\n" }
        let table = "steps,updates,mean return\n" + rows.joined()
        try AtomicFile.write(Data(table.utf8), to: url.appendingPathComponent("curve.csv"))
        try AtomicFile.write(
            JSONText.data(description),
            to: url.appendingPathComponent(NetworkDescription.fileName)
        )
    }
}
