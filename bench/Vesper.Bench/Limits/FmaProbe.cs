using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vesper.Bench.Limits;

/// <summary>
/// The peak of float32 fused multiply-adds, two operations each, at the widest vectors of the processor: twelve
/// independent chains in registers hide the latency.
/// </summary>
internal static class FmaProbe
{
    private const int Chains = 12;
    private const int RoundsPerCall = 2_000;
    private const int WarmCalls = 400;
    private const int WarmMs = 150;

    /// <summary>Bits of the vectors in use.</summary>
    public static int WidthBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Floating-point operations that all threads together do in a second.</summary>
    public static double Flops(int threads, bool quick) => WidthBits switch
    {
        512 => Measure<Wide512, Vector512<float>>(threads, quick),
        256 => Measure<Wide256, Vector256<float>>(threads, quick),
        _ => Measure<Wide128, Vector128<float>>(threads, quick),
    };

    private static double Measure<TWide, TVector>(int threads, bool quick)
        where TWide : IWide<TVector> where TVector : struct
    {
        var calls = quick ? 2_000 : 10_000;
        var until = Environment.TickCount64 + WarmMs;
        for (var call = 0; call < WarmCalls || Environment.TickCount64 < until; call++)
        {
            Chain<TWide, TVector>(0.75f, 0.25f);
        }

        var seconds = ThreadTeam.Fastest(threads, quick ? 3 : 8, _ =>
        {
            float sum = 0;
            for (var call = 0; call < calls; call++)
            {
                sum += Chain<TWide, TVector>(0.75f, 0.25f);
            }

            return (ulong)sum;
        });
        return 2.0 * Chains * RoundsPerCall * calls * TWide.Count * threads / seconds;
    }

    // Values settle at addend / (1 − factor): neither infinite nor denormal.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Chain<TWide, TVector>(float factor, float addend)
        where TWide : IWide<TVector> where TVector : struct
    {
        var f = TWide.Create(factor);
        var a = TWide.Create(addend);
        TVector x0 = a, x1 = f, x2 = a, x3 = f, x4 = a, x5 = f, x6 = a, x7 = f, x8 = a, x9 = f, x10 = a, x11 = f;
        for (var round = 0; round < RoundsPerCall; round++)
        {
            x0 = TWide.MultiplyAdd(x0, f, a);
            x1 = TWide.MultiplyAdd(x1, f, a);
            x2 = TWide.MultiplyAdd(x2, f, a);
            x3 = TWide.MultiplyAdd(x3, f, a);
            x4 = TWide.MultiplyAdd(x4, f, a);
            x5 = TWide.MultiplyAdd(x5, f, a);
            x6 = TWide.MultiplyAdd(x6, f, a);
            x7 = TWide.MultiplyAdd(x7, f, a);
            x8 = TWide.MultiplyAdd(x8, f, a);
            x9 = TWide.MultiplyAdd(x9, f, a);
            x10 = TWide.MultiplyAdd(x10, f, a);
            x11 = TWide.MultiplyAdd(x11, f, a);
        }

        return TWide.Sum(x0) + TWide.Sum(x1) + TWide.Sum(x2) + TWide.Sum(x3) + TWide.Sum(x4) + TWide.Sum(x5)
            + TWide.Sum(x6) + TWide.Sum(x7) + TWide.Sum(x8) + TWide.Sum(x9) + TWide.Sum(x10) + TWide.Sum(x11);
    }

    private interface IWide<TVector> where TVector : struct
    {
        static abstract int Count { get; }

        static abstract TVector Create(float value);

        static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

        static abstract float Sum(TVector value);
    }

    private readonly struct Wide512 : IWide<Vector512<float>>
    {
        public static int Count => Vector512<float>.Count;

        public static Vector512<float> Create(float value) => Vector512.Create(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> MultiplyAdd(
            Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
            Vector512.FusedMultiplyAdd(left, right, addend);

        public static float Sum(Vector512<float> value) => Vector512.Sum(value);
    }

    private readonly struct Wide256 : IWide<Vector256<float>>
    {
        public static int Count => Vector256<float>.Count;

        public static Vector256<float> Create(float value) => Vector256.Create(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> MultiplyAdd(
            Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
            Vector256.FusedMultiplyAdd(left, right, addend);

        public static float Sum(Vector256<float> value) => Vector256.Sum(value);
    }

    private readonly struct Wide128 : IWide<Vector128<float>>
    {
        public static int Count => Vector128<float>.Count;

        public static Vector128<float> Create(float value) => Vector128.Create(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<float> MultiplyAdd(
            Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
            Vector128.FusedMultiplyAdd(left, right, addend);

        public static float Sum(Vector128<float> value) => Vector128.Sum(value);
    }
}
