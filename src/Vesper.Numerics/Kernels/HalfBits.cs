using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vesper.Numerics.Kernels;

/// <summary>
/// Half floats to floats by their bits: sign-extended and shifted, exponent and mantissa stand where a float has them;
/// a multiplication by 2¹¹² (exact, for subnormal halves too) sets the bias right.
/// </summary>
/// <remarks>
/// .NET has no intrinsic for the processor's own conversion. Halves are finite by contract; an infinity or a NaN is
/// read as a number of magnitude 2¹⁶ to 2¹⁷, so no distance becomes a NaN by it.
/// </remarks>
internal static class HalfBits
{
    /// <summary>How far the bits move.</summary>
    public const int Shift = 13;

    /// <summary>Sign, exponent and mantissa after the move.</summary>
    public const int Kept = unchecked((int)0x8FFFE000);

    /// <summary>2¹¹².</summary>
    public const float Scale = 5.192296858534828e33f;

    /// <summary>The bits of a half float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly short Short(ref readonly Half source, nuint index) =>
        ref Unsafe.As<Half, short>(ref Unsafe.Add(ref Unsafe.AsRef(in source), index));

    /// <summary>The first byte of a half float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly byte Byte(ref readonly Half source, nuint index) =>
        ref Unsafe.As<Half, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in source), index));

    /// <summary>Sign-extends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector128<short> halves) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(halves)
        : Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));

    /// <summary>Sign-extends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector256<short> halves) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(halves)
        : Vector512.Create(Widen(halves.GetLower()), Widen(halves.GetUpper()));
}
