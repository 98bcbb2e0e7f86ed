using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// Exact nearest centroids by a screen: integer codes bound every distance from below, and only centroids that the
/// bound cannot exclude are measured.
/// </summary>
/// <remarks>
/// <para>
/// Proof. Let D(c) be what the pair kernel computes for |x − c|². It adds n terms, each with at most three roundings,
/// in some order, so D(c) ≥ |x − c|²·(1 − γ) − η with γ = (n + 12)·u, u = 2⁻²⁴, and η = 4n smallest floats for what
/// underflows (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.1). Let b be a centroid already
/// measured. If |x − c|² &gt; B² := (D(b) + η)/(1 − γ), then D(c) &gt; D(b): c is neither nearest nor tied.
/// </para>
/// <para>
/// By <see cref="ScreenSpace"/>, |x − c|·2^e ≥ |q′ − c′| − e(x) − E, with E the largest slack of a centroid. So c is
/// out when |q′ − c′|² &gt; R := (B·2^e + e(x) + E)². In integers |q′ − c′|² = |q′|² − 2q′·c′ + |c′|², and the kernel
/// computes the score s = q′·c′ − ⌊|c′|²/2⌋, thus 2s ≥ |q′|² − |q′ − c′|². If 2s &lt; |q′|² − R, c is out. R is
/// computed in double and inflated by 10⁻¹² of itself, its cut lowered by 2; both exceed all roundings, as |q′|² &lt;
/// 2³⁰.
/// </para>
/// <para>
/// A row that does not fit the codes (longer than the sample by a quarter, or not finite) is measured against all
/// centroids. Rows of a block are sorted by the leader of the group of centroids that is nearest, and each tile meets
/// that group first: cuts are low early. Answers do not depend on it. Thread-safe; O(centroids × columns / 2) integer
/// steps a row.
/// </para>
/// </remarks>
public sealed class ScreenAssigner : IAssigner
{
    private readonly RowMatrix<float> _centroids;
    private readonly ScreenSpace _space;
    private readonly ScreenKernel _kernel = ScreenKernel.For(KernelTable.Current);
    private readonly ScreenTarget _target;
    private readonly AssignerCounters _counters = new();
    private readonly IdlePool<ScreenScratch> _idle;

    internal ScreenAssigner(RowMatrix<float> centroids, ScreenSpace space, MemoryScope scope)
    {
        _centroids = centroids;
        _space = space;
        _target = new ScreenTarget(_kernel, space, centroids, scope);
        _idle = new IdlePool<ScreenScratch>(_ => new ScreenScratch(_kernel, _space, _target));
    }

    /// <inheritdoc/>
    public int Dimensions => _space.Dimensions;

    /// <inheritdoc/>
    public int Count => _target.Numbers.Length;

    /// <summary>Columns of the screen: dimensions, or principal ones and the length of the rest.</summary>
    public int Columns => _space.Columns;

    /// <inheritdoc/>
    public bool IsExact => true;

    /// <inheritdoc/>
    public AssignerStatistics Statistics => _counters.Statistics;

    /// <summary>Screens on all dimensions.</summary>
    /// <param name="centroids">At least one, finite; outlives the assigner and does not change.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="sample">Rows like those to come, for the range of the codes; null for the centroids.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">There are no centroids, or one is not finite or too short.</exception>
    public static ScreenAssigner OverAllDimensions(
        RowMatrix<float> centroids, int dimensions, RowMatrix<float>? sample, MemoryScope scope)
    {
        AssignerArguments.CheckCentroids(centroids, dimensions);
        return new ScreenAssigner(
            centroids, new FullSpace(ScreenFrame.Of(centroids, sample ?? centroids, dimensions)), scope);
    }

    /// <summary>Screens on principal axes and the length of what they leave.</summary>
    /// <param name="centroids">At least one, finite; outlives the assigner and does not change.</param>
    /// <param name="dimensions">Columns to look at, ≥ 1.</param>
    /// <param name="axes">1 … dimensions; odd numbers waste nothing.</param>
    /// <param name="sample">Rows like those to come, for axes and range; null for the centroids.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentException">There are no centroids, or one is not finite or too short.</exception>
    public static ScreenAssigner OverPrincipalAxes(
        RowMatrix<float> centroids, int dimensions, int axes, RowMatrix<float>? sample, MemoryScope scope)
    {
        AssignerArguments.CheckCentroids(centroids, dimensions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(axes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(axes, dimensions);
        sample ??= centroids;
        ScreenFrame frame = ScreenFrame.Of(centroids, sample, dimensions);
        var space = new ProjectedSpace(frame, PrincipalAxes.Find(sample, frame.Mean, axes));
        return new ScreenAssigner(centroids, space, scope);
    }

    /// <inheritdoc/>
    public void Assign(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances)
    {
        AssignerArguments.CheckRows(rows, Dimensions, (start, nearest.Length), distances.Length);
        ScreenScratch scratch = _idle.Rent();
        long before = scratch.Measured;
        for (int done = 0; done < nearest.Length; done += ScreenScratch.RowsMax)
        {
            int count = Math.Min(ScreenScratch.RowsMax, nearest.Length - done);
            scratch.Search(rows, start + done, nearest.Slice(done, count), distances.Slice(done, count));
        }

        long measured = scratch.Measured - before;
        measured += MeasureMisfits(rows, start, nearest, distances);
        _counters.Add(nearest.Length, measured, (long)nearest.Length * Count - measured);
        _idle.Return(scratch);
    }

    /// <inheritdoc/>
    public void Dispose() => _target.Dispose();

    private long MeasureMisfits(RowMatrix<float> rows, int start, Span<int> nearest, Span<float> distances)
    {
        if (!nearest.Contains(ScreenScratch.Misfit))
        {
            return 0;
        }

        long measured = 0;
        var search = new ExactSearch(_centroids);
        for (int i = 0; i < nearest.Length; i++)
        {
            if (nearest[i] == ScreenScratch.Misfit)
            {
                (nearest[i], distances[i]) = search.Nearest(rows.Row(start + i)[..Dimensions]);
                measured += Count;
            }
        }

        return measured;
    }
}
