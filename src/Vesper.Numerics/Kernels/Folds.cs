using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels;

/// <summary>Σ (a − b)². Overflow gives +∞; no term is negative, so a NaN cannot arise.</summary>
internal readonly struct SquaredL2Fold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TLanes, TVector>(TVector sum, TVector left, TVector right)
        where TLanes : ILanes<TVector> where TVector : struct
    {
        TVector difference = TLanes.Subtract(left, right);
        return TLanes.MultiplyAdd(difference, difference, sum);
    }

    public static float Finish(float sum) => sum;
}

/// <summary>
/// −Σ ab. Products that overflow to both infinities give no answer (NaN): it becomes +∞, the farthest.
/// </summary>
internal readonly struct NegatedDotFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TLanes, TVector>(TVector sum, TVector left, TVector right)
        where TLanes : ILanes<TVector> where TVector : struct => TLanes.MultiplyAdd(left, right, sum);

    public static float Finish(float sum) => float.IsNaN(sum) ? float.PositiveInfinity : -sum;
}

/// <summary>Σ |a − b|. Overflow gives +∞; no term is negative, so a NaN cannot arise.</summary>
internal readonly struct ManhattanFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Step<TLanes, TVector>(TVector sum, TVector left, TVector right)
        where TLanes : ILanes<TVector> where TVector : struct =>
        TLanes.Add(sum, TLanes.Abs(TLanes.Subtract(left, right)));

    public static float Finish(float sum) => sum;
}
