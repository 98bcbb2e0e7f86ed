using System.Buffers;
using System.Diagnostics;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Quantization.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Codebooks of a product quantizer: a row is cut into equal parts, each replaced by the nearest of 2^bits codewords.
/// </summary>
/// <remarks>
/// Immutable, thread-safe. H. Jégou, M. Douze, C. Schmid, Product Quantization for Nearest Neighbor Search, IEEE PAMI
/// 33(1), 2011, §III. Nearest is by ½|c − μ|² − ⟨x − μ, c − μ⟩ in single precision with μ the mean of the part's
/// codewords, so that a common offset of the data costs no digits; the lowest number wins among equals. Rows are
/// finite by contract.
/// </remarks>
public sealed class ProductCodebooks
{
    /// <summary>Fewest bits of a part's code.</summary>
    public const int BitsMin = 4;

    /// <summary>Most bits of a part's code.</summary>
    public const int BitsMax = 8;

    private const int StackFloats = 4096;

    private readonly CodebookKernel _kernel;
    private readonly float[] _centroids;
    private readonly float[] _means;
    private readonly PinnedArray<float> _columns;
    private readonly PinnedArray<float> _groups;

    /// <summary>Takes codebooks that were trained or read.</summary>
    /// <param name="dimensions">Elements of a row, a multiple of <paramref name="parts"/>.</param>
    /// <param name="parts">Parts of a row, ≥ 1.</param>
    /// <param name="bits">4 … 8.</param>
    /// <param name="centroids">Parts × 2^bits × (dimensions / parts) finite floats; copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside its range.</exception>
    /// <exception cref="ArgumentException">Parts do not divide the dimensions; wrong length; not finite.</exception>
    public ProductCodebooks(int dimensions, int parts, int bits, ReadOnlySpan<float> centroids)
        : this(dimensions, (parts, bits), centroids, CodebookKernel.Current)
    {
    }

    internal ProductCodebooks(
        int dimensions, (int Parts, int Bits) shape, ReadOnlySpan<float> centroids, CodebookKernel kernel)
    {
        CheckShape(dimensions, shape.Parts, shape.Bits);
        Dimensions = dimensions;
        Parts = shape.Parts;
        Bits = shape.Bits;
        Codewords = 1 << Bits;
        PartDimensions = dimensions / Parts;
        if (centroids.Length != dimensions * Codewords)
        {
            throw new ArgumentException(
                $"{Parts} codebooks of {Codewords} × {PartDimensions} are {dimensions * Codewords} floats, not "
                + $"{centroids.Length}.", nameof(centroids));
        }

        if (VectorMath.IndexOfNotFinite(centroids) >= 0)
        {
            throw new ArgumentException("Codewords are finite.", nameof(centroids));
        }

        _kernel = kernel;
        _centroids = centroids.ToArray();
        _means = new float[dimensions];
        _columns = new PinnedArray<float>(dimensions * Codewords);
        _groups = new PinnedArray<float>(Parts * PartFloats);
        for (int part = 0; part < Parts; part++)
        {
            Arrange(part);
        }
    }

    /// <summary>Elements of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Parts of a row (m).</summary>
    public int Parts { get; }

    /// <summary>Bits of a part's code.</summary>
    public int Bits { get; }

    /// <summary>Codewords of a part: 2^bits.</summary>
    public int Codewords { get; }

    /// <summary>Elements of a part.</summary>
    public int PartDimensions { get; }

    /// <summary>All codewords: parts × codewords × part dimensions.</summary>
    public ReadOnlySpan<float> Centroids => _centroids;

    private int PartFloats => Codewords * (PartDimensions + 2);

    /// <summary>Refuses shapes that do not fit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside its range.</exception>
    /// <exception cref="ArgumentException">Parts do not divide the dimensions.</exception>
    public static void CheckShape(int dimensions, int parts, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, BitsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, BitsMax);
        if (dimensions % parts != 0)
        {
            throw new ArgumentException(
                $"{dimensions} dimensions cannot be cut into {parts} equal parts.", nameof(parts));
        }
    }

    /// <summary>A part's codeword.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part or codeword.</exception>
    public ReadOnlySpan<float> Codeword(int part, int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)part, (uint)Parts, nameof(part));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)Codewords, nameof(number));
        return _centroids.AsSpan(((part * Codewords) + number) * PartDimensions, PartDimensions);
    }

    /// <summary>The codes of rows, one byte for each part. O(rows × dimensions × 2^bits).</summary>
    /// <param name="rows">Rows one after the other; most efficient by multiples of 32.</param>
    /// <param name="codes">At least rows × parts bytes.</param>
    /// <exception cref="ArgumentException">There is a broken row, or too little room.</exception>
    public void Encode(ReadOnlySpan<float> rows, Span<byte> codes)
    {
        int count = rows.Length / Dimensions;
        if (count * Dimensions != rows.Length || codes.Length / Parts < count)
        {
            throw new ArgumentException(
                $"{rows.Length} floats and {codes.Length} codes are not rows of {Dimensions} and {Parts}.",
                nameof(rows));
        }

        // One vector more than needed, so that the points can start on a cache line.
        int pointFloats = PartDimensions * _kernel.Rows;
        const int LineFloats = 16;
        float[]? rented = pointFloats > StackFloats ? ArrayPool<float>.Shared.Rent(pointFloats) : null;
        Span<float> scratch = rented ?? stackalloc float[pointFloats + LineFloats];
        Span<float> points = scratch.Slice(rented is null ? FirstAligned(scratch) : 0, pointFloats);
        for (int first = 0; first < count; first += _kernel.Rows)
        {
            int some = Math.Min(_kernel.Rows, count - first);
            EncodeBlock(
                rows.Slice(first * Dimensions, some * Dimensions), codes.Slice(first * Parts, some * Parts), points);
        }

        if (rented is not null)
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>The row that a code of one byte for each part stands for.</summary>
    /// <param name="code">Parts bytes, each below 2^bits.</param>
    /// <param name="row">Dimensions floats.</param>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        for (int part = 0; part < Parts; part++)
        {
            Codeword(part, code[part]).CopyTo(row[(part * PartDimensions)..]);
        }
    }

    /// <summary>
    /// The product of each codeword with its part of a query, times a weight: parts × 2^bits floats.
    /// O(dimensions × 2^bits).
    /// </summary>
    /// <param name="query">Dimensions floats.</param>
    /// <param name="weight">Factor of all products; a power of two costs no digits.</param>
    /// <param name="tables">At least parts × 2^bits floats.</param>
    public void FillTables(ReadOnlySpan<float> query, float weight, Span<float> tables)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, Dimensions, nameof(query));
        Span<float> weighted = PartDimensions <= StackFloats
            ? stackalloc float[PartDimensions]
            : new float[PartDimensions];
        int columnFloats = PartDimensions * Codewords;
        for (int part = 0; part < Parts; part++)
        {
            for (int d = 0; d < weighted.Length; d++)
            {
                weighted[d] = weight * query[(part * PartDimensions) + d];
            }

            _kernel.FillTable(
                weighted, _columns.Span.Slice(part * columnFloats, columnFloats),
                tables.Slice(part * Codewords, Codewords));
        }
    }

    /// <summary>Turns the rows' parts round, so that a lane is a row, and takes them from the mean.</summary>
    private void EncodeBlock(ReadOnlySpan<float> rows, Span<byte> codes, Span<float> points)
    {
        Span<float> nearest = stackalloc float[_kernel.Rows];
        int count = rows.Length / Dimensions;
        if (count < nearest.Length)
        {
            points.Clear();
        }

        for (int part = 0; part < Parts; part++)
        {
            ReadOnlySpan<float> means = _means.AsSpan(part * PartDimensions, PartDimensions);
            for (int r = 0; r < count; r++)
            {
                ReadOnlySpan<float> row = rows.Slice((r * Dimensions) + (part * PartDimensions), PartDimensions);
                for (int d = 0; d < row.Length; d++)
                {
                    points[(d * nearest.Length) + r] = means[d] - row[d];
                }
            }

            _kernel.Nearest(points, _groups.Span.Slice(part * PartFloats, PartFloats), nearest);
            for (int r = 0; r < count; r++)
            {
                codes[(r * Parts) + part] = (byte)nearest[r];
            }
        }
    }

    /// <summary>Lays a part's codewords out for the kernels: by column, and centred in groups of four.</summary>
    private void Arrange(int part)
    {
        Span<float> columns = _columns.Span[(part * PartDimensions * Codewords)..];
        Span<float> groups = _groups.Span[(part * PartFloats)..];
        for (int d = 0; d < PartDimensions; d++)
        {
            double sum = 0;
            for (int j = 0; j < Codewords; j++)
            {
                sum += columns[(d * Codewords) + j] = Codeword(part, j)[d];
            }

            _means[(part * PartDimensions) + d] = (float)(sum / Codewords);
        }

        ReadOnlySpan<float> means = _means.AsSpan(part * PartDimensions, PartDimensions);
        for (int j = 0; j < Codewords; j++)
        {
            Span<float> group = groups[(j / CodebookKernel.Group * CodebookKernel.Group * (PartDimensions + 2))..];
            int lane = j % CodebookKernel.Group;
            double norm = 0;
            for (int d = 0; d < means.Length; d++)
            {
                float centred = Codeword(part, j)[d] - means[d];
                group[((d + 2) * CodebookKernel.Group) + lane] = centred;
                norm += (double)centred * centred;
            }

            group[lane] = (float)(norm / 2);
            group[CodebookKernel.Group + lane] = j;
        }
    }

    private static unsafe int FirstAligned(Span<float> stack)
    {
        // SAFETY: the span lies on the stack, so it does not move; only its address is looked at.
        fixed (float* start = stack)
        {
            Debug.Assert((nuint)start % sizeof(float) == 0);
            return (int)((16 - ((nuint)start / sizeof(float) % 16)) % 16);
        }
    }
}
