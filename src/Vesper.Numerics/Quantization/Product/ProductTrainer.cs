using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Quantization;

/// <summary>Trains the codebooks of a product quantizer.</summary>
/// <remarks>
/// Lloyd's algorithm in each part (Jégou et al. 2011, §II), all parts at once: the encoder itself is the assignment, so
/// that a round costs one encoding of the sample. First codewords are rows drawn by seed. A codeword that nothing is
/// nearest to takes half of the largest one. Equal by seed for any executor.
/// </remarks>
public static class ProductTrainer
{
    // A codeword is split into two that differ by this share of its elements.
    private const float SplitShare = 1f / 1024;

    // Rounds end when the error falls by less than this share.
    private const double GainMin = 1e-4;

    /// <summary>Trains. O(iterations × sample × dimensions × 2^bits).</summary>
    /// <param name="rows">
    /// Finite rows, at least one; with fewer distinct ones than codewords, each is a codeword and others repeat.
    /// </param>
    /// <param name="dimensions">Elements of a row; further columns are not looked at.</param>
    /// <param name="options">Shape, seed, effort.</param>
    /// <param name="context">What it runs with.</param>
    /// <exception cref="ArgumentException">No rows, too few columns, not finite, or parts that do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ProductCodebooks Train(
        RowMatrix<float> rows, int dimensions, ProductOptions options, TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        options.Validate(dimensions);
        var random = new Random(options.Seed);
        int most = (int)Math.Min((long)options.SamplesPerCodeword << options.Bits, Array.MaxLength / dimensions);
        var sample = TrainingRows.Draw(rows, dimensions, most, random);
        return Improve(sample, Start(sample, options, random), options.Iterations, context);
    }

    /// <summary>First codewords: parts of rows drawn by seed.</summary>
    internal static ProductCodebooks Start(TrainingRows sample, ProductOptions options, Random random)
    {
        int codewords = 1 << options.Bits, length = sample.Dimensions / options.Parts;
        var order = new int[sample.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        random.Shuffle(order);
        var centroids = new float[sample.Dimensions * codewords];
        for (int j = 0; j < codewords; j++)
        {
            ReadOnlySpan<float> row = sample.Rows(order[j % order.Length], 1);
            for (int part = 0; part < options.Parts; part++)
            {
                row.Slice(part * length, length).CopyTo(centroids.AsSpan(((part * codewords) + j) * length));
            }
        }

        return new ProductCodebooks(sample.Dimensions, options.Parts, options.Bits, centroids);
    }

    /// <summary>Rounds of Lloyd's algorithm from given codebooks on.</summary>
    internal static ProductCodebooks Improve(
        TrainingRows sample, ProductCodebooks codebooks, int iterations, TrainingContext context)
    {
        double last = double.PositiveInfinity;
        ProductCodebooks before = codebooks;
        for (int round = 0; round < iterations; round++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var means = new CodewordMeans(sample, codebooks, context);
            if (!(means.Error < last * (1 - GainMin)))
            {
                // A split may have made it worse.
                return means.Error <= last ? codebooks : before;
            }

            last = means.Error;
            before = codebooks;
            codebooks = new ProductCodebooks(
                codebooks.Dimensions, codebooks.Parts, codebooks.Bits, means.Centroids(SplitShare));
            context.Progress?.Report((round + 1.0) / iterations);
        }

        return codebooks;
    }

    /// <summary>The mean squared distance of rows to what their codes stand for.</summary>
    internal static double Error(TrainingRows rows, ProductCodebooks codebooks, TrainingContext context) =>
        new CodewordMeans(rows, codebooks, context).Error;
}
