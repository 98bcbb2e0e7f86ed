using System.Buffers;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization;

/// <summary>A rotation before another quantizer. A query is turned once, when its scorer is made.</summary>
/// <remarks>Immutable, thread-safe. Products and distances do not change under a rotation.</remarks>
public sealed class RotatedQuantizer : IQuantizer
{
    private const int RowsAtOnce = 64;

    private readonly RotatedBlocks _blocks;

    /// <summary>Puts them together.</summary>
    /// <exception cref="ArgumentException">They are of different dimensions.</exception>
    public RotatedQuantizer(OpqRotation rotation, IQuantizer inner)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        ArgumentNullException.ThrowIfNull(inner);
        if (rotation.Dimensions != inner.Dimensions)
        {
            throw new ArgumentException(
                $"A rotation of {rotation.Dimensions} does not go before {inner.Dimensions} dimensions.",
                nameof(inner));
        }

        Rotation = rotation;
        Inner = inner;
        _blocks = new RotatedBlocks(rotation, inner.Blocks);
    }

    /// <summary>What comes first.</summary>
    public OpqRotation Rotation { get; }

    /// <summary>What encodes the turned rows.</summary>
    public IQuantizer Inner { get; }

    /// <inheritdoc/>
    public int Dimensions => Inner.Dimensions;

    /// <inheritdoc/>
    public int CodeBytes => Inner.CodeBytes;

    /// <inheritdoc/>
    public bool IsUnbiased => Inner.IsUnbiased;

    /// <inheritdoc/>
    public IBlockLayout Blocks => _blocks;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<float> row, Span<byte> code) => EncodeRows(row[..Dimensions], code);

    /// <inheritdoc/>
    public void EncodeRows(ReadOnlySpan<float> rows, Span<byte> codes)
    {
        float[] turned = ArrayPool<float>.Shared.Rent(Math.Min(rows.Length, RowsAtOnce * Dimensions));
        while (rows.Length >= Dimensions)
        {
            int count = Math.Min(RowsAtOnce, rows.Length / Dimensions);
            Span<float> some = turned.AsSpan(0, count * Dimensions);
            Rotation.Apply(rows[..some.Length], some);
            Inner.EncodeRows(some, codes[..(count * CodeBytes)]);
            rows = rows[some.Length..];
            codes = codes[(count * CodeBytes)..];
        }

        ArrayPool<float>.Shared.Return(turned);
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> code, Span<float> row)
    {
        float[] turned = ArrayPool<float>.Shared.Rent(Dimensions);
        Inner.Decode(code, turned.AsSpan(0, Dimensions));
        Rotation.Undo(turned.AsSpan(0, Dimensions), row[..Dimensions]);
        ArrayPool<float>.Shared.Return(turned);
    }

    private sealed class RotatedBlocks(OpqRotation rotation, IBlockLayout inner) : IBlockLayout
    {
        public int BlockBytes => inner.BlockBytes;

        public void Write(Span<byte> block, int slot, ReadOnlySpan<byte> code, float term) =>
            inner.Write(block, slot, code, term);

        public float Read(ReadOnlySpan<byte> block, int slot, Span<byte> code) => inner.Read(block, slot, code);

        public IBlockScorer ScorerFor(ReadOnlySpan<float> query, float weight)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, rotation.Dimensions, nameof(query));
            float[] turned = ArrayPool<float>.Shared.Rent(query.Length);
            rotation.Apply(query, turned);
            IBlockScorer scorer = inner.ScorerFor(turned.AsSpan(0, query.Length), weight);
            ArrayPool<float>.Shared.Return(turned);
            return scorer;
        }
    }
}
