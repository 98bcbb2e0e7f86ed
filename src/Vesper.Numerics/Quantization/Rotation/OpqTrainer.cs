using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Quantization;

/// <summary>Trains a rotation and the codebooks after it; keeps the rotation only if it helps.</summary>
/// <remarks>
/// T. Ge, K. He, Q. Ke, J. Sun, Optimized Product Quantization, CVPR 2013 / IEEE PAMI 36(4), 2014: §3.2 eigenvalue
/// allocation for the beginning, §3.1 alternation of codebooks and rotation (orthogonal Procrustes). Deviations: the
/// rotation before is added to the Procrustes matrix with a tiny weight, so that directions without data keep their
/// axes; it begins with the axes as they are where those are better than the principal ones; whether the rotation
/// stays is decided on rows that were held out. Equal by seed for any executor, unless the budget of time runs out.
/// </remarks>
public static class OpqTrainer
{
    private const int HeldOutEvery = 10;
    private const double KeepWeight = 1e-7;

    // Tighter than what a rotation read from a file may be.
    private const double DeviationMax = 1e-5;

    /// <summary>Trains. O(iterations × (sample × dimensions × (dimensions + 2^bits) + 20 dimensions³)).</summary>
    /// <param name="rows">Finite rows, at least one; see <see cref="ProductTrainer"/>.</param>
    /// <param name="dimensions">Elements of a row; further columns are not looked at.</param>
    /// <param name="shape">Shape, seed, effort of the codebooks.</param>
    /// <param name="options">Effort of the rotation.</param>
    /// <param name="context">What it runs with; its clock measures the budget.</param>
    /// <exception cref="ArgumentException">No rows, too few columns, not finite, or parts that do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static OpqTraining Train(
        RowMatrix<float> rows, int dimensions, ProductOptions shape, OpqOptions options, TrainingContext context)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        shape.Validate(dimensions);
        options.Validate();
        long begin = context.Clock.GetTimestamp();
        var random = new Random(shape.Seed);
        int most = Math.Min(options.SampleRows, Array.MaxLength / dimensions);
        var sample = TrainingRows.Draw(rows, dimensions, most, random);
        (TrainingRows training, TrainingRows heldOut) = Split(sample);

        // Progress is told by iterations of the rotation, not by rounds of the codebooks.
        TrainingContext quiet = context with { Progress = null };
        ProductCodebooks plain = ProductTrainer.Improve(
            training, ProductTrainer.Start(training, shape, random), shape.Iterations, quiet);
        double plainError = ProductTrainer.Error(heldOut, plain, quiet);
        if (plainError <= options.LowErrorShare * Moments.Variance(heldOut))
        {
            return new OpqTraining(null, plain, plainError, double.PositiveInfinity, 0, OpqStop.LowError);
        }

        bool IsOver() => context.Clock.GetElapsedTime(begin) >= options.Budget;
        var search = new OpqSearch(training, plain, (shape, context), IsOver);
        OpqStop stop = search.Run(options);
        ProductCodebooks rotated = ProductTrainer.Improve(
            search.Turned, search.Codebooks, shape.Iterations, quiet);
        var rotation = new OpqRotation(dimensions, search.Rotation);
        var turned = new TrainingRows(new float[heldOut.Elements.Length], dimensions);
        rotation.Apply(heldOut.Elements, turned.Elements);
        double rotatedError = ProductTrainer.Error(turned, rotated, quiet);
        return rotatedError < plainError
            ? new OpqTraining(rotation, rotated, plainError, rotatedError, search.Iterations, stop)
            : new OpqTraining(null, plain, plainError, rotatedError, search.Iterations, stop);
    }

    /// <summary>
    /// The rotation that maximises Σ⟨row · R, decoded⟩: the polar factor of rowsᵀ · decoded. Null when there is none.
    /// </summary>
    internal static float[]? Procrustes(SquareMatrix products, ReadOnlySpan<float> before)
    {
        double weight = KeepWeight * products.Norm() / Math.Sqrt(products.Size);
        for (int i = 0; i < before.Length; i++)
        {
            products.Elements[i] += weight * before[i];
        }

        float[]? next = products.Polar()?.ToFloats();
        return next is not null && IsOrthonormal(products.Size, next) ? next : null;
    }

    private static bool IsOrthonormal(int dimensions, float[] matrix)
    {
        try
        {
            return new OpqRotation(dimensions, matrix).Deviation <= DeviationMax;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static (TrainingRows Training, TrainingRows HeldOut) Split(TrainingRows sample)
    {
        int out0 = sample.Count / HeldOutEvery;
        if (out0 == 0)
        {
            return (sample, sample);
        }

        int dimensions = sample.Dimensions;
        var training = new TrainingRows(new float[(sample.Count - out0) * dimensions], dimensions);
        var heldOut = new TrainingRows(new float[out0 * dimensions], dimensions);
        for (int row = 0, kept = 0, held = 0; row < sample.Count; row++)
        {
            bool isOut = row % HeldOutEvery == HeldOutEvery - 1;
            sample.Rows(row, 1).CopyTo(isOut ? heldOut.Rows(held++, 1) : training.Rows(kept++, 1));
        }

        return (training, heldOut);
    }
}
