using Vesper.Numerics.Kernels;
using Vesper.Numerics.Scoring;

namespace Vesper.Tests.Numerics.Quantization;

/// <summary>Rows in blocks, and a scan of them.</summary>
internal sealed class QuantizerScan
{
    private readonly IQuantizer _quantizer;
    private readonly byte[] _blocks;

    /// <summary>Encodes and packs; each row's term is given by its number.</summary>
    public QuantizerScan(IQuantizer quantizer, IReadOnlyList<float[]> rows, Func<int, float> term)
    {
        _quantizer = quantizer;
        var blockBytes = quantizer.Blocks.BlockBytes;
        _blocks = new byte[(rows.Count + 31) / 32 * blockBytes];
        Decoded = new float[rows.Count][];
        Terms = [.. Enumerable.Range(0, rows.Count).Select(term)];
        var code = new byte[quantizer.CodeBytes];
        for (var i = 0; i < rows.Count; i++)
        {
            quantizer.Encode(rows[i], code);
            Decoded[i] = new float[quantizer.Dimensions];
            quantizer.Decode(code, Decoded[i]);
            quantizer.Blocks.Write(_blocks.AsSpan(i / 32 * blockBytes, blockBytes), i % 32, code, Terms[i]);
        }
    }

    public float[][] Decoded { get; }

    public float[] Terms { get; }

    /// <summary>Positions and estimates of the rows that a scan finds.</summary>
    public List<(int Position, float Estimate)> Find(
        ReadOnlySpan<float> query, float weight, ListTerms list, float threshold = float.PositiveInfinity)
    {
        using var scorer = _quantizer.Blocks.ScorerFor(query, weight);
        var positions = new int[Terms.Length];
        var estimates = new float[Terms.Length];
        var found = scorer.Scan(_blocks, Terms.Length, list, threshold, positions, estimates);
        return [.. positions.Zip(estimates).Take(found)];
    }

    /// <summary>What the estimate of a row must be, in double, and the magnitude of what is summed.</summary>
    public (double Value, double Magnitude) Expected(float[] query, float weight, float offset, int row)
    {
        var product = weight * Reference.Dot(query, Decoded[row]);
        var magnitude = Math.Abs(offset) + Math.Abs(Terms[row])
            + (Math.Abs(weight) * Reference.Norm(query) * Reference.Norm(Decoded[row]));
        return (offset + Terms[row] + product, magnitude);
    }
}
