extension Array {
    /// Makes the array exactly this long, reusing its memory.
    public mutating func resize(to count: Int, filling value: Element) {
        if self.count > count {
            removeLast(self.count - count)
        } else if self.count < count {
            append(contentsOf: repeatElement(value, count: count - self.count))
        }
    }
}
