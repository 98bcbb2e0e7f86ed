using Vesper.Numerics.Kernels;
using Vesper.Numerics.Kernels.Screens;
using Vesper.Numerics.Memory;

namespace Vesper.Numerics.Clustering.Assignment;

/// <summary>
/// The first principal axes and, as one more column, the length of what they leave: T(y) = (Qy, |y − QᵀQy|).
/// </summary>
/// <remarks>
/// <para>
/// |T(x) − T(c)|² = |Q(x − c)|² + (|r_x| − |r_c|)² ≤ |Q(x − c)|² + |r_x − r_c|² = |x − c|² for exactly orthonormal rows
/// of Q (the reverse triangle inequality on what the axes leave).
/// </para>
/// <para>
/// Slack, with u = 2⁻²⁴, γ_n = n·u/(1 − n·u), k axes and the stored axes A, whose measured |A·Aᵀ − I|_F is g: there is
/// an orthonormal Q with |A − Q| ≤ g (the polar factor). A dot product whose
/// terms pass at most m roundings is off by at most γ_m·|a||y|; runs of <see cref="AxisKernel.Run"/> terms keep m
/// small. So the computed columns p̂ obey |p̂ − Qy| ≤ α|y| with α = √k·γ_m·(1 + g) + 2u·(1 + g) + g, the rounding of
/// the centring (u|y|) included. The square of the last column, |ŷ|² − |p̂|², is off by at most Δ = (γ_{n+4} + γ_{k+4}
/// + 2α + α² + 2u)·|y|², its root by at most √Δ and, where the root ρ̂ is positive, by Δ/ρ̂ (|√a − √b| = |a − b|/(√a +
/// √b)). With |y| ≤ <see cref="ScreenSpace.LengthMax"/> all but Δ/ρ̂ are constants.
/// </para>
/// </remarks>
internal sealed class ProjectedSpace : ScreenSpace
{
    private readonly AxisKernel _kernel = AxisKernel.For(KernelTable.Current);
    private readonly float[] _axes;
    private readonly double _columnSlack;
    private readonly double _squareError;

    /// <summary>A space over some axes.</summary>
    public ProjectedSpace(ScreenFrame frame, PrincipalAxes axes)
        : base(frame, axes.Axes.Length + 1)
    {
        _axes = _kernel.Pack(axes.Axes);
        double n = Dimensions;
        double k = axes.Axes.Length;
        double g = axes.Deviation;
        double depth = Math.Min(n, AxisKernel.Run + Math.Ceiling(n / AxisKernel.Run));
        double alpha = Math.Sqrt(k) * Gamma(depth) * (1 + g) + 2 * Unit * (1 + g) + g;
        double relative = Gamma(n + 4) + Gamma(k + 4) + 2 * alpha + alpha * alpha + 2 * Unit;

        // The length is compared after rounding, too: a thousandth more covers it.
        const double Longest = LengthMax * 1.001;
        _squareError = relative * Longest * Longest;
        _columnSlack = (RoundingSlack + alpha * Longest) * 1.001;
    }

    /// <inheritdoc/>
    public override void Map(RowMatrix<float> rows, int start, int count, ScreenBlock block)
    {
        RowAddresses<float> addresses = rows.Addresses;
        Span<float> centred = block.Centred.AsSpan(0, AxisKernel.Rows * Dimensions);
        Span<float> squares = stackalloc float[AxisKernel.Rows];
        for (int first = 0; first < count; first += AxisKernel.Rows)
        {
            int some = Math.Min(AxisKernel.Rows, count - first);
            for (int i = 0; i < some; i++)
            {
                ReadOnlySpan<float> row = addresses.Span(start + first + i, Dimensions);
                squares[i] = Centre(row, centred.Slice(i * Dimensions, Dimensions));
            }

            _kernel.Multiply(centred, _axes, block.Products);
            for (int i = 0; i < some; i++)
            {
                Finish(squares[i], block.Products.AsSpan(i * CodeStride, CodeStride), first + i, block);
            }
        }

        GC.KeepAlive(rows);
    }

    private void Finish(float lengthSquared, Span<float> columns, int row, ScreenBlock block)
    {
        block.Fits[row] = IsInRange(lengthSquared);
        if (!block.Fits[row])
        {
            return;
        }

        int axes = Columns - 1;
        float rest = MathF.Sqrt(Math.Max(0, lengthSquared - KernelTable.Current.SquaredNorm(columns[..axes])));
        double restError = Math.Min(Math.Sqrt(_squareError), _squareError / rest);
        columns[axes] = rest;
        columns[(axes + 1)..].Clear();
        block.Norms[row] = Round(columns, block.Codes.AsSpan(row * CodeStride, CodeStride));
        block.Slacks[row] = (float)((_columnSlack + restError) * (1 + 1e-6));
    }

    private static double Gamma(double terms) => terms * Unit / (1 - terms * Unit);
}
