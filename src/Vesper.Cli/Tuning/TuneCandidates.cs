namespace Vesper.Cli.Tuning;

/// <summary>The settings of an inverted file that are worth trying on vectors of a width.</summary>
internal static class TuneCandidates
{
    /// <summary>Encodings that fit a budget, the smallest first.</summary>
    /// <param name="dimensions">Of the vectors.</param>
    /// <param name="bytesPerRow">Most bytes a row may take in the lists.</param>
    public static IReadOnlyList<IvfOptions> Within(int dimensions, double bytesPerRow) =>
    [
        .. All(dimensions)
            .Where(options => options.BytesPerRow(dimensions) <= bytesPerRow)
            .DistinctBy(options => (options.Encoding, options.Bits, options.Parts, options.Opq))
            .OrderBy(options => options.BytesPerRow(dimensions)),
    ];

    private static IEnumerable<IvfOptions> All(int dimensions)
    {
        yield return new IvfOptions { Encoding = IvfEncoding.Float16 };
        yield return new IvfOptions { Encoding = IvfEncoding.Scalar, Bits = 8 };
        yield return new IvfOptions { Encoding = IvfEncoding.Scalar, Bits = 4 };
        foreach (var bits in new[] { 1, 2, 4 })
        {
            yield return new IvfOptions { Encoding = IvfEncoding.RaBitQ, Bits = bits };
        }

        foreach (var (bits, every) in new[] { (4, 2), (4, 4), (8, 4), (8, 8) })
        {
            if (Divisor(dimensions, dimensions / every) is var parts and > 0)
            {
                var product = new IvfOptions { Encoding = IvfEncoding.Product, Bits = bits, Parts = parts };
                yield return product;
                yield return product with { Opq = true };
            }
        }
    }

    /// <summary>The divisor of the dimensions that is nearest to a number of parts.</summary>
    private static int Divisor(int dimensions, int wanted) => Enumerable.Range(1, dimensions)
        .Where(parts => dimensions % parts == 0)
        .MinBy(parts => Math.Abs(parts - wanted));
}
