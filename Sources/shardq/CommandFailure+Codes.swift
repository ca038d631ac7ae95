internal import ActorNode
internal import Checkpoints
internal import ChildProcesses
internal import CommandBasics
internal import Configuration
internal import Evaluation
internal import Foundation
internal import LinearProgramming
internal import MasterNode
internal import Messaging
internal import ScenarioFiles
internal import SUMOSimulation
internal import Monitoring
internal import NeuralLearning
internal import NeuralNodes
internal import ProcessLimits
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import WorkerNode

extension CommandFailure {
    /// Finds the exit code of an error that one of the modules threw; `nil` for errors of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let failure as MessagingError: self.init(Self.code(of: failure), failure.description)
        case let failure as MasterFailure: self.init(Self.code(of: failure), failure.description)
        case let failure as ActorFailure: self.init(Self.code(of: failure), failure.description)
        case let failure as PartitionFailure: self.init(.usage, failure.description)
        case let failure as WorkerFailure: self.init(Self.code(of: failure), failure.description)
        case let failure as FileFailure:
            self.init(Self.code(of: failure), failure.description)
        case let failure as BeyondLimit: self.init(.unavailable, failure.description)
        case let failure as ChildProcessFailure: self.init(.inputOutput, failure.description)
        case let failure as EnvironmentFailure: self.init(.unavailable, failure.description)
        case let failure as SUMOFailure:
            let isInput = [.badInput, .refused, .outOfControl].contains(failure.code)
            self.init(isInput ? .badInput : .unavailable, failure.description)
        case let failure as ConfigurationFailure: self.init(.configuration, failure.description)
        case let failure as MonitoringFailure: self.init(.configuration, failure.description)
        case let failure as RequirementError: self.init(.usage, "--fail-unless \(failure.description)")
        case let failure as GatheringFailure: self.init(.unavailable, failure.description)
        case let failure as GradientWorkerFailure: self.init(.configuration, failure.description)
        case let failure as LearningFailure: self.init(.badInput, failure.description)
        case let failure as ScenarioError: self.init(.badInput, failure.description)
        case let failure as NetworkFileError: self.init(.badInput, failure.description)
        case let failure as LinearProgrammingError:
            self.init(failure.code == .notInstalled ? .configuration : .internalError, failure.description)
        default: return nil
        }
    }

    private static func code(of failure: MessagingError) -> Code {
        switch failure.code {
        case .unreachable, .connectionLost, .threadUnavailable: .unavailable
        case .accessRefused, .configuration, .handshakeFailed, .mailboxTaken, .limitReached: .configuration
        default: .internalError
        }
    }

    private static func code(of failure: FileFailure) -> Code {
        switch failure.code {
        case .inaccessible: .inputOutput
        case .tooLarge: .unavailable
        case .damaged, .foreign: .badInput
        }
    }

    private static func code(of failure: MasterFailure) -> Code {
        switch failure.code {
        case .configuration: .usage
        case .workersMissing, .workerLost, .environment: .unavailable
        case .ledgerMismatch, .badAnswer: .internalError
        case .interrupted: .interrupted
        }
    }

    private static func code(of failure: ActorFailure) -> Code {
        switch failure.code {
        case .refused: .configuration
        case .noMaster, .cohorts: .unavailable
        }
    }

    private static func code(of failure: WorkerFailure) -> Code {
        switch failure.code {
        case .refused: .configuration
        case .noMaster, .noMemory: .unavailable
        }
    }
}
