extension Array {
    /// Makes the array exactly this long, reusing its memory.
    public mutating func resize(to count: Int, filling value: Element) {
        if self.count > count {
            removeLast(self.count - count)
        } else if self.count < count {
            append(value, count: count - self.count)
        }
    }

    /// Appends as many copies of a value in one go.
    mutating func append(_ value: Element, count: Int) {
        append(addingCapacity: count) { $0.append(repeating: value, count: count) }
    }
}
