using Vesper.Numerics.Quantization.Kernels;

namespace Vesper.Numerics.Quantization;

/// <summary>An orthonormal matrix R by which rows are turned before they are quantized: x becomes x · R.</summary>
/// <remarks>Immutable, thread-safe. Row vectors; R lies row by row. The way back is Rᵀ.</remarks>
public sealed class OpqRotation
{
    /// <summary>Most that an element of R·Rᵀ − I may be off by.</summary>
    public const double DeviationMax = 1e-3;

    private readonly float[] _matrix;
    private readonly float[] _transposed;
    private readonly CodebookKernel _kernel = CodebookKernel.Current;

    /// <summary>Takes a matrix that was trained or read.</summary>
    /// <param name="dimensions">Rows and columns.</param>
    /// <param name="matrix">Dimensions² floats; copied.</param>
    /// <exception cref="ArgumentException">
    /// Wrong length, or not orthonormal within <see cref="DeviationMax"/>.
    /// </exception>
    public OpqRotation(int dimensions, ReadOnlySpan<float> matrix)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        if (matrix.Length != (long)dimensions * dimensions)
        {
            throw new ArgumentException($"A rotation of {dimensions} has not {matrix.Length} floats.", nameof(matrix));
        }

        Dimensions = dimensions;
        _matrix = matrix.ToArray();
        _transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            _transposed[(i % dimensions * dimensions) + (i / dimensions)] = matrix[i];
        }

        Deviation = MeasureDeviation();
        if (!(Deviation <= DeviationMax))
        {
            throw new ArgumentException(
                $"Not a rotation: an element of R·Rᵀ − I is {Deviation:g3}, the limit {DeviationMax:g1}.",
                nameof(matrix));
        }
    }

    /// <summary>Rows and columns.</summary>
    public int Dimensions { get; }

    /// <summary>The largest magnitude of an element of R·Rᵀ − I.</summary>
    public double Deviation { get; }

    /// <summary>R, row by row.</summary>
    public ReadOnlySpan<float> Matrix => _matrix;

    /// <summary>Turns rows: x · R. O(rows × dimensions²).</summary>
    /// <param name="rows">Rows one after the other.</param>
    /// <param name="results">As long at least; no overlap.</param>
    public void Apply(ReadOnlySpan<float> rows, Span<float> results) => _kernel.Multiply(rows, _matrix, results);

    /// <summary>Turns rows back: y · Rᵀ. O(rows × dimensions²).</summary>
    /// <param name="rows">Rows one after the other.</param>
    /// <param name="results">As long at least; no overlap.</param>
    public void Undo(ReadOnlySpan<float> rows, Span<float> results) => _kernel.Multiply(rows, _transposed, results);

    private double MeasureDeviation()
    {
        // Products in single precision are good to 1e-6, far below the limit.
        var products = new float[_matrix.Length];
        Undo(_matrix, products);
        double most = 0;
        for (int i = 0; i < products.Length; i++)
        {
            double off = Math.Abs(products[i] - (i / Dimensions == i % Dimensions ? 1.0 : 0));
            most = off <= most ? most : off;
        }

        return most;
    }
}
