using System.Runtime.CompilerServices;
using Vesper.Numerics.Quantization.Lanes;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>How the codes of 32 rows lie in one step of a block, and how they are folded into sums.</summary>
internal interface IColumnCode
{
    /// <summary>Bytes of one row in a step.</summary>
    static abstract int ElementBytes { get; }

    /// <summary>Dimensions of a step, each with a weight.</summary>
    static abstract int DimensionsPerStep { get; }

    /// <summary>Adds weight × code, of rows from <paramref name="row"/> on, to their sums.</summary>
    static abstract TVector Fold<TLanes, TVector>(TVector sum, ref byte step, nuint row, ref float weight)
        where TLanes : ICodeLanes<TVector> where TVector : struct;
}

/// <summary>8-bit codes: a byte a dimension.</summary>
internal readonly struct ByteColumn : IColumnCode
{
    public static int ElementBytes => 1;

    public static int DimensionsPerStep => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Fold<TLanes, TVector>(TVector sum, ref byte step, nuint row, ref float weight)
        where TLanes : ICodeLanes<TVector> where TVector : struct =>
        TLanes.MultiplyAdd(TLanes.FromBytes(in step, row), TLanes.Broadcast(weight), sum);
}

/// <summary>4-bit codes: a byte for two dimensions, the first in the low bits.</summary>
internal readonly struct NibbleColumn : IColumnCode
{
    public static int ElementBytes => 1;

    public static int DimensionsPerStep => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Fold<TLanes, TVector>(TVector sum, ref byte step, nuint row, ref float weight)
        where TLanes : ICodeLanes<TVector> where TVector : struct
    {
        TVector first = TLanes.MultiplyAdd(TLanes.FromLowNibbles(in step, row), TLanes.Broadcast(weight), sum);
        TVector second = TLanes.Broadcast(Unsafe.Add(ref weight, 1));
        return TLanes.MultiplyAdd(TLanes.FromHighNibbles(in step, row), second, first);
    }
}

/// <summary>Half-precision floats.</summary>
internal readonly struct HalfColumn : IColumnCode
{
    public static int ElementBytes => 2;

    public static int DimensionsPerStep => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Fold<TLanes, TVector>(TVector sum, ref byte step, nuint row, ref float weight)
        where TLanes : ICodeLanes<TVector> where TVector : struct =>
        TLanes.MultiplyAdd(TLanes.FromHalves(in step, row * sizeof(ushort)), TLanes.Broadcast(weight), sum);
}

/// <summary>Single-precision floats.</summary>
internal readonly struct FloatColumn : IColumnCode
{
    public static int ElementBytes => sizeof(float);

    public static int DimensionsPerStep => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Fold<TLanes, TVector>(TVector sum, ref byte step, nuint row, ref float weight)
        where TLanes : ICodeLanes<TVector> where TVector : struct =>
        TLanes.MultiplyAdd(TLanes.FromFloats(in step, row * sizeof(float)), TLanes.Broadcast(weight), sum);
}
