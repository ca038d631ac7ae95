internal import Foundation

/// Places for the nodes of a graph whose places nobody knows: as far from one another as the ways between them are long.
///
/// Classical scaling of the hops, then majorization of the stress with weights of 1/d². Deterministic; no random numbers.
///
/// Source: Gansner, Koren and North, *Graph drawing by stress majorization*, GD 2004.
package struct StressLayout {
    /// A place for each node; links have a mean length of 1.
    package let positions: [SIMD2<Double>]

    /// More nodes than this are put on a circle: the table of distances grows with their square.
    static let mostNodes = 600

    /// Lays out a graph.
    ///
    /// - Parameters:
    ///   - count: The number of nodes, at least 1.
    ///   - links: Pairs of nodes.
    package init(count: Int, links: [(Int, Int)]) {
        guard count > 2, count <= Self.mostNodes else {
            positions = Self.circle(count)
            return
        }
        let distances = Self.distances(count, links)
        var places = Self.scaled(distances, count)
        for _ in 0..<60 { places = Self.majorized(places, distances, count) }
        positions = Self.normalized(places, links)
    }

    /// Nodes on a circle, clockwise, the first at the top, neighbours at a distance of about 1.
    static func circle(_ count: Int) -> [SIMD2<Double>] {
        guard count > 1 else { return [.zero] }
        let radius = Double(count) / (2 * Double.pi)
        return (0..<count).map { index in
            let angle = 2 * Double.pi * Double(index) / Double(count)
            return SIMD2(radius * sin(angle), -radius * cos(angle))
        }
    }

    /// [count × count] hops; nodes without a way between them are a little farther from each other than any others.
    private static func distances(_ count: Int, _ links: [(Int, Int)]) -> [Double] {
        var neighbors = [[Int]](repeating: [], count: count)
        for (one, other) in links where one != other {
            neighbors[one].append(other)
            neighbors[other].append(one)
        }
        var distances = [Double](repeating: 0, count: count * count)
        var longest = 1
        for start in 0..<count {
            var hops = [Int](repeating: -1, count: count)
            hops[start] = 0
            var (queue, next) = ([start], 0)
            while next < queue.count {
                let node = queue[next]
                next += 1
                for neighbor in neighbors[node] where hops[neighbor] < 0 {
                    hops[neighbor] = hops[node] + 1
                    queue.append(neighbor)
                }
            }
            longest = max(longest, hops.max() ?? 0)
            for node in 0..<count { distances[start * count + node] = Double(hops[node]) }
        }
        return distances.map { $0 < 0 ? Double(longest + 1) : $0 }
    }

    /// The two main axes of the distances, by power iteration.
    private static func scaled(_ distances: [Double], _ count: Int) -> [SIMD2<Double>] {
        var matrix = distances.map { -$0 * $0 / 2 }
        var means = [Double](repeating: 0, count: count)
        for row in 0..<count {
            for column in 0..<count { means[row] += matrix[row * count + column] / Double(count) }
        }
        let mean: Double = means.reduce(0, +) / Double(count)
        for row in 0..<count {
            for column in 0..<count { matrix[row * count + column] += mean - means[row] - means[column] }
        }
        let first = axis(matrix, count, across: nil)
        let second = axis(matrix, count, across: first)
        return (0..<count).map { SIMD2(first[$0], second[$0]) }
    }

    private static func axis(_ matrix: [Double], _ count: Int, across other: [Double]?) -> [Double] {
        // A start that no symmetry of the graph leaves alone.
        var vector: [Double] = (0..<count).map { node in
            let drift: Double = 0.01 * Double(node) / Double(count)
            return sin(1.7 * Double(node + 1)) + drift
        }
        var value = 0.0
        for _ in 0..<80 {
            if let other { vector = Self.orthogonal(vector, to: other) }
            var product = [Double](repeating: 0, count: count)
            for row in 0..<count {
                var sum = 0.0
                for column in 0..<count { sum += matrix[row * count + column] * vector[column] }
                product[row] = sum
            }
            value = Self.square(product).squareRoot()
            guard value > 1e-9 else { return vector }
            vector = product.map { $0 / value }
        }
        if let other { vector = Self.orthogonal(vector, to: other) }
        return vector.map { $0 * value.squareRoot() }
    }

    private static func orthogonal(_ vector: [Double], to other: [Double]) -> [Double] {
        let length = square(other)
        guard length > 0 else { return vector }
        var product = 0.0
        for index in vector.indices { product += vector[index] * other[index] }
        let share = product / length
        return zip(vector, other).map { $0 - share * $1 }
    }

    private static func square(_ vector: [Double]) -> Double {
        var sum = 0.0
        for value in vector { sum += value * value }
        return sum
    }

    /// One step of majorization, node after node.
    private static func majorized(
        _ before: [SIMD2<Double>],
        _ distances: [Double],
        _ count: Int
    ) -> [SIMD2<Double>] {
        var places = before
        for node in 0..<count {
            var (sum, weights) = (SIMD2<Double>.zero, 0.0)
            for other in 0..<count where other != node {
                let distance = distances[node * count + other]
                let weight = 1 / (distance * distance)
                let way = places[node] - places[other]
                let length = (way * way).sum().squareRoot()
                // Two in one place are drawn apart in a direction of their own.
                let direction = length > 1e-9 ? way / length : SIMD2(cos(Double(node)), sin(Double(node)))
                sum += weight * (places[other] + distance * direction)
                weights += weight
            }
            places[node] = sum / weights
        }
        return places
    }

    private static func normalized(_ places: [SIMD2<Double>], _ links: [(Int, Int)]) -> [SIMD2<Double>] {
        let lengths = links.map { link in
            let way = places[link.0] - places[link.1]
            return (way * way).sum().squareRoot()
        }
        let mean = lengths.isEmpty ? 1 : lengths.reduce(0, +) / Double(lengths.count)
        let center = places.reduce(.zero, +) / Double(places.count)
        return places.map { ($0 - center) / max(mean, 1e-9) }
    }
}
