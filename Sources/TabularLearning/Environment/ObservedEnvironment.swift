/// An environment whose states stand for numbers that can be seen: what a coder made states of.
public protocol ObservedEnvironment: Environment {
    /// The numbers of each lane's decision, [lanes × numbers] row-major.
    var observations: [Double] { get }

    /// Those in which the episodes came to their ends that ended in the last step, in the order of their lanes.
    var endObservations: [Double] { get }
}
