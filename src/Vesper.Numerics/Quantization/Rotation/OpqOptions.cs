namespace Vesper.Numerics.Quantization;

/// <summary>How long and how hard a rotation is looked for.</summary>
public sealed record OpqOptions
{
    /// <summary>Most times the rotation is improved, ≥ 0; at 0 it is that of the principal axes.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>Rounds of Lloyd's algorithm after each improvement, ≥ 1.</summary>
    public int RoundsPerIteration { get; init; } = 2;

    /// <summary>
    /// No further improvement is begun when this has passed since the training's begin. The rounds that end the
    /// training as without a rotation come after it.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Most rows looked at, ≥ 2, by all of the training: a rotation needs more of them than codebooks of few
    /// codewords. A tenth is held out.
    /// </summary>
    public int SampleRows { get; init; } = 65_536;

    /// <summary>
    /// Without a rotation it stays when its error is at most this share of the variance, 0 … 1: there is little to win.
    /// </summary>
    public double LowErrorShare { get; init; } = 0.001;

    /// <summary>It stops when an improvement lowers the error by less than this share, 0 … 1.</summary>
    public double GainMin { get; init; } = 0.001;

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Iterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RoundsPerIteration);
        ArgumentOutOfRangeException.ThrowIfLessThan(SampleRows, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Budget, TimeSpan.Zero);
        if (!(LowErrorShare is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(LowErrorShare), LowErrorShare, "A share is 0 … 1.");
        }

        if (!(GainMin is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(GainMin), GainMin, "A share is 0 … 1.");
        }
    }
}
