using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Kernels.Integers;

/// <summary>What rows of bytes hold: how they become 16-bit numbers.</summary>
internal interface IByteElement<TRow> where TRow : unmanaged
{
    /// <summary>The elements from an index on, unchecked.</summary>
    static abstract TShorts Load<TLanes, TShorts, TInts>(ref TRow source, nuint index)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct;
}

/// <summary>0 … 255.</summary>
internal readonly struct UnsignedByte : IByteElement<byte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TShorts Load<TLanes, TShorts, TInts>(ref byte source, nuint index)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct =>
        TLanes.Load(ref source, index);
}

/// <summary>−128 … 127.</summary>
internal readonly struct SignedByte : IByteElement<sbyte>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TShorts Load<TLanes, TShorts, TInts>(ref sbyte source, nuint index)
        where TLanes : IShortLanes<TShorts, TInts> where TShorts : struct where TInts : struct =>
        TLanes.Load(ref source, index);
}
