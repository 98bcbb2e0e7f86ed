using System.Diagnostics;
using Vesper.Numerics.Quantization;
using Vesper.Numerics.Quantization.RaBitQ;
using Vesper.Numerics.Quantization.Scalar;

namespace Vesper.Indexing.Ivf.Format;

/// <summary>What a file keeps of a quantizer: numbers in the header, and floats.</summary>
internal sealed record QuantizerParameters(IvfEncoding Encoding)
{
    public int Bits { get; private init; }

    public int Parts { get; private init; }

    public ulong Seed { get; private init; }

    public float BoundWidth { get; private init; }

    public bool IsRotated { get; private init; }

    public IReadOnlyList<ReadOnlyMemory<float>> Floats { get; private init; } = [];

    /// <summary>Takes a quantizer apart.</summary>
    public static QuantizerParameters Of(IQuantizer quantizer) => quantizer switch
    {
        FlatQuantizer => new QuantizerParameters(IvfEncoding.Flat),
        HalfQuantizer => new QuantizerParameters(IvfEncoding.Float16),
        ScalarQuantizer scalar => new QuantizerParameters(IvfEncoding.Scalar)
        {
            Bits = scalar.Bits,
            Floats = [scalar.Minima.ToArray(), scalar.Steps.ToArray()],
        },
        ProductQuantizer product => OfProduct(product),
        RotatedQuantizer { Inner: ProductQuantizer product } rotated => OfProduct(product).Rotated(rotated.Rotation),
        RaBitQQuantizer rabitq => new QuantizerParameters(IvfEncoding.RaBitQ)
        {
            Bits = rabitq.Options.Bits,
            Seed = rabitq.Options.Seed,
            BoundWidth = rabitq.Options.BoundWidth,
        },
        _ => throw new UnreachableException($"{quantizer.GetType().Name} has no stored form."),
    };

    /// <summary>Puts a quantizer together again.</summary>
    /// <param name="header">Checked.</param>
    /// <param name="floats">Finite, as many as the header says.</param>
    public static IQuantizer Read(in IvfHeader header, ReadOnlySpan<float> floats)
    {
        var dimensions = header.Dimensions;
        switch (header.Encoding)
        {
            case IvfEncoding.Flat:
                return new FlatQuantizer(dimensions);
            case IvfEncoding.Float16:
                return new HalfQuantizer(dimensions);
            case IvfEncoding.Scalar:
                return new ScalarQuantizer(header.Bits, floats[..dimensions], floats[dimensions..]);
            case IvfEncoding.RaBitQ:
                return new RaBitQQuantizer(
                    dimensions,
                    new RaBitQOptions { Bits = header.Bits, Seed = header.Seed, BoundWidth = header.BoundWidth });
            default:
                var codebooks = floats[..(dimensions << header.Bits)];
                var product = new ProductQuantizer(
                    new ProductCodebooks(dimensions, header.Parts, header.Bits, codebooks));
                return header.IsRotated
                    ? new RotatedQuantizer(new OpqRotation(dimensions, floats[codebooks.Length..]), product)
                    : product;
        }
    }

    /// <summary>The header of an index with this quantizer.</summary>
    public IvfHeader Header(IvfModel model, int entries) => new()
    {
        Metric = model.Metric,
        Encoding = Encoding,
        Bits = Bits,
        IsRotated = IsRotated,
        Dimensions = model.Dimensions,
        Lists = model.Centroids.Count,
        Parts = Parts,
        Entries = entries,
        Seed = Seed,
        BoundWidth = BoundWidth,
        BlockBytes = model.Quantizer.Blocks.BlockBytes,
    };

    private QuantizerParameters Rotated(OpqRotation rotation) =>
        this with { IsRotated = true, Floats = [.. Floats, rotation.Matrix.ToArray()] };

    private static QuantizerParameters OfProduct(ProductQuantizer product) => new(IvfEncoding.Product)
    {
        Bits = product.Codebooks.Bits,
        Parts = product.Codebooks.Parts,
        Floats = [product.Codebooks.Centroids.ToArray()],
    };
}
