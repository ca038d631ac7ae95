/// The sums of a dense layer, each in an order that does not depend on how many samples there are or who else computes.
///
/// Two rows at a time, so that a vector of weights that was loaded is used twice; each row's sums are those it would have alone.
enum DenseKernels {
    /// Computes y = f(x W + b), inputs ascending and the bias last.
    ///
    /// - Parameters:
    ///   - input: [rows × inputs].
    ///   - parameters: All of the network.
    ///   - layer: The layer.
    ///   - activation: f; `nil` for none.
    ///   - output: Gets [rows × outputs].
    static func forward(
        _ input: Activations,
        _ parameters: [Vector],
        _ layer: DenseLayer,
        _ activation: Activation?,
        into output: inout Activations
    ) {
        output.resize(rows: input.rowCount)
        let (rows, inputs, inputWidth, outputVectors) = (
            input.rowCount, layer.inputCount, input.width, output.vectorCount
        )
        let (numbers, weights) = (input.scalars.span, parameters.span)
        for panel in 0..<layer.panelCount {
            let start = layer.offset + panel * layer.panelLength
            let bias = weights[start + inputs]
            var row = 0
            while row + 1 < rows {
                var (one, other) = (Vector.zero, Vector.zero)
                let (first, second) = (row * inputWidth, (row + 1) * inputWidth)
                for k in 0..<inputs {
                    let weight = weights[start &+ k]
                    one += weight * numbers[first &+ k]
                    other += weight * numbers[second &+ k]
                }
                store(apply(activation, one + bias), at: row &* outputVectors &+ panel, &output)
                store(apply(activation, other + bias), at: (row &+ 1) &* outputVectors &+ panel, &output)
                row += 2
            }
            if row < rows {
                var sum = Vector.zero
                let first = row * inputWidth
                for k in 0..<inputs { sum += weights[start &+ k] * numbers[first &+ k] }
                store(apply(activation, sum + bias), at: row &* outputVectors &+ panel, &output)
            }
        }
    }

    /// Writes a vector in both forms.
    @inline(__always)
    private static func store(_ value: Vector, at place: Int, _ output: inout Activations) {
        output.vectors[place] = value
        for lane in 0..<16 { output.scalars[place &* 16 &+ lane] = value[lane] }
    }

    @inline(__always)
    private static func apply(_ activation: Activation?, _ sum: Vector) -> Vector {
        switch activation {
        case nil: return sum
        case .relu: return sum.replacing(with: 0, where: sum .< 0)
        case .tanh:
            var value = sum
            for lane in 0..<16 { value[lane] = hyperbolicTangent(sum[lane]) }
            return value
        }
    }

    /// Computes the loss's derivative by a layer's parameters: xᵀ δ, samples ascending.
    ///
    /// - Parameters:
    ///   - input: x, [rows × inputs].
    ///   - delta: δ, the derivative by the layer's sums, [rows × outputs].
    ///   - layer: The layer.
    ///   - gradient: Of all the network; the layer's part is replaced.
    static func gradient(
        _ input: Activations,
        _ delta: Activations,
        _ layer: DenseLayer,
        into gradient: inout [Vector]
    ) {
        let (rows, inputs, inputWidth, deltaVectors) = (
            input.rowCount, layer.inputCount, input.width, delta.vectorCount
        )
        let (numbers, deltas) = (input.scalars.span, delta.vectors.span)
        var result = gradient.mutableSpan
        for panel in 0..<layer.panelCount {
            let start = layer.offset + panel * layer.panelLength
            var k = 0
            while k + 1 < inputs {
                var (one, other) = (Vector.zero, Vector.zero)
                for row in 0..<rows {
                    let change = deltas[row &* deltaVectors &+ panel]
                    one += change * numbers[row &* inputWidth &+ k]
                    other += change * numbers[row &* inputWidth &+ k &+ 1]
                }
                (result[start + k], result[start + k + 1]) = (one, other)
                k += 2
            }
            var (last, bias) = (Vector.zero, Vector.zero)
            for row in 0..<rows {
                let change = deltas[row &* deltaVectors &+ panel]
                bias += change
                if k < inputs { last += change * numbers[row &* inputWidth &+ k] }
            }
            if k < inputs { result[start + k] = last }
            result[start + inputs] = bias
        }
    }

    /// Computes the loss's derivative by the sums of the layer before: (δ Wᵀ) f′, outputs in their panels ascending.
    ///
    /// - Parameters:
    ///   - delta: δ, [rows × outputs].
    ///   - parameters: All of the network.
    ///   - layer: The layer.
    ///   - input: What went into it, [rows × inputs].
    ///   - activation: f, of the layer before; `nil` where none is before.
    ///   - result: Gets [rows × inputs].
    static func backward(
        _ delta: Activations,
        _ parameters: [Vector],
        _ layer: DenseLayer,
        _ input: Activations,
        _ activation: Activation?,
        into result: inout Activations
    ) {
        result.resize(rows: delta.rowCount)
        let (rows, width, panels, length) = (delta.rowCount, input.width, layer.panelCount, layer.panelLength)
        let (deltas, weights, values) = (delta.vectors.span, parameters.span, input.scalars.span)
        var scalars = result.scalars.mutableSpan
        for k in 0..<layer.inputCount {
            let start = layer.offset + k
            var row = 0
            while row + 1 < rows {
                var (one, other) = (Vector.zero, Vector.zero)
                let (first, second) = (row * panels, (row + 1) * panels)
                for panel in 0..<panels {
                    let weight = weights[start &+ panel &* length]
                    one += weight * deltas[first &+ panel]
                    other += weight * deltas[second &+ panel]
                }
                let (place, next) = (row * width + k, (row + 1) * width + k)
                scalars[place] = one.sumInHalves * slope(activation, values[place])
                scalars[next] = other.sumInHalves * slope(activation, values[next])
                row += 2
            }
            if row < rows {
                var sum = Vector.zero
                for panel in 0..<panels { sum += weights[start &+ panel &* length] * deltas[row &* panels &+ panel] }
                scalars[row * width + k] = sum.sumInHalves * slope(activation, values[row * width + k])
            }
        }
        result.pack()
    }

    /// f′, by what f gave.
    @inline(__always)
    private static func slope(_ activation: Activation?, _ value: Float) -> Float {
        switch activation {
        case nil: 1
        case .relu: value > 0 ? 1 : 0
        case .tanh: 1 - value * value
        }
    }
}
