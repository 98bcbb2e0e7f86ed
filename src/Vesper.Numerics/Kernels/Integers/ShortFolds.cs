using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>One metric of bytes, at any width; exact.</summary>
internal interface IShortFold
{
    /// <summary>Adds what the elements contribute to the running sums; 0 against 0 contributes 0.</summary>
    static abstract TInts Step<TLanes, TShorts, TInts>(TInts sums, TShorts left, TShorts right)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct;

    /// <summary>The distance (smaller is nearer) from the sum over all elements.</summary>
    static abstract int Finish(int sum);
}

/// <summary>Σ (a − b)².</summary>
internal readonly struct ShortSquaredL2 : IShortFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TInts Step<TLanes, TShorts, TInts>(TInts sums, TShorts left, TShorts right)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct
    {
        TShorts difference = TLanes.Subtract(left, right);
        return TLanes.AddProducts(sums, difference, difference);
    }

    public static int Finish(int sum) => sum;
}

/// <summary>−Σ ab.</summary>
internal readonly struct ShortNegatedDot : IShortFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TInts Step<TLanes, TShorts, TInts>(TInts sums, TShorts left, TShorts right)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct =>
        TLanes.AddProducts(sums, left, right);

    public static int Finish(int sum) => -sum;
}

/// <summary>Σ |a − b|.</summary>
internal readonly struct ShortManhattan : IShortFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TInts Step<TLanes, TShorts, TInts>(TInts sums, TShorts left, TShorts right)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct =>
        TLanes.AddProducts(sums, TLanes.Abs(TLanes.Subtract(left, right)), TLanes.Broadcast(1));

    public static int Finish(int sum) => sum;
}
