using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.Lanes;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>The three steps of a scan at one SIMD width. Stateless, thread-safe.</summary>
internal abstract class RaBitQKernel
{
    /// <summary>The kernel at the width of a row of the table.</summary>
    public static RaBitQKernel For(KernelTable table) => table.WidthBits switch
    {
        128 => new RaBitQKernel<CodeLanes128, Vector128<float>, SignSums<TableLanes128, Vector128<byte>>>(),
        256 => new RaBitQKernel<CodeLanes256, Vector256<float>, SignSums<TableLanes256, Vector256<byte>>>(),
        512 => new RaBitQKernel<CodeLanes512, Vector512<float>, SignSums<TableLanes512, Vector512<byte>>>(),
        _ => new RaBitQKernel<CodeLane, float, ScalarSignSums>(),
    };

    /// <summary>The sums of looked-up bytes of 32 rows.</summary>
    /// <param name="signs">Groups of 16 bytes, a multiple of 4 of them.</param>
    /// <param name="tables">As long.</param>
    /// <param name="sums">32 slots.</param>
    public abstract void Sum(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums);

    /// <summary>Bit r is set unless the lower bound of row r is above the threshold.</summary>
    /// <param name="sums">32 sums of looked-up bytes.</param>
    /// <param name="factors">Columns of 32 from the first rescale on.</param>
    /// <param name="shifts">32.</param>
    /// <param name="terms">32.</param>
    /// <param name="look">What query and list give.</param>
    public abstract uint Bound(
        ReadOnlySpan<float> sums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> shifts,
        ReadOnlySpan<float> terms,
        in FirstLook look);

    /// <summary>Σ weight × further bits of one row.</summary>
    /// <param name="bits">From the row's further bits on; 16 bytes more than those may be read.</param>
    /// <param name="bitCount">Of a dimension, 1 … 8.</param>
    /// <param name="places">How they are taken out.</param>
    /// <param name="weights">A multiple of 16, scaled; 0 beyond the dimensions.</param>
    public abstract float Dot(ReadOnlySpan<byte> bits, int bitCount, ExtraPlaces places, ReadOnlySpan<float> weights);
}

/// <summary>The one body, for any width.</summary>
internal sealed class RaBitQKernel<TLanes, TVector, TSums> : RaBitQKernel
    where TLanes : ICodeLanes<TVector> where TVector : struct where TSums : ISignSums
{
    private const nuint Rows = IBlockLayout.RowsPerBlock;

    public override void Sum(ReadOnlySpan<byte> signs, ReadOnlySpan<byte> tables, Span<float> sums) =>
        TSums.Sum(signs, tables, sums);

    public override uint Bound(
        ReadOnlySpan<float> sums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> shifts,
        ReadOnlySpan<float> terms,
        in FirstLook look)
    {
        Debug.Assert(sums.Length >= (int)Rows && factors.Length >= 2 * (int)Rows);
        Debug.Assert(shifts.Length >= (int)Rows && terms.Length >= (int)Rows);

        // SAFETY: rows and lanes stay below 32, which all columns have.
        ref byte sum = ref Start(sums);
        ref byte rescale = ref Start(factors);
        ref byte error = ref Unsafe.Add(ref rescale, Rows * sizeof(float));
        ref byte shift = ref Start(shifts);
        ref byte term = ref Start(terms);
        uint found = 0;
        for (nuint row = 0; row < Rows; row += (nuint)TLanes.Count)
        {
            nuint at = row * sizeof(float);
            TVector errors = TLanes.FromFloats(in error, at);
            TVector radius = TLanes.SelectBySign(
                errors, TLanes.Broadcast(-look.OwnRadius), TLanes.Broadcast(-look.Radius));
            TVector dots = TLanes.MultiplyAdd(
                TLanes.FromFloats(in sum, at), TLanes.Broadcast(look.Step), TLanes.Broadcast(look.Base));
            TVector bound = TLanes.Add(TLanes.FromFloats(in term, at), TLanes.Broadcast(look.Offset));
            bound = TLanes.MultiplyAdd(TLanes.FromFloats(in shift, at), TLanes.Broadcast(look.Weight), bound);
            bound = TLanes.MultiplyAdd(TLanes.FromFloats(in rescale, at), dots, bound);
            bound = TLanes.MultiplyAdd(TLanes.Abs(errors), radius, bound);
            found |= TLanes.NotAbove(bound, TLanes.Broadcast(look.Threshold)) << (int)row;
        }

        return found;
    }

    public override float Dot(ReadOnlySpan<byte> bits, int bitCount, ExtraPlaces places, ReadOnlySpan<float> weights)
    {
        Debug.Assert(weights.Length % ExtraPlaces.GroupSize == 0);
        nuint groups = (nuint)weights.Length / ExtraPlaces.GroupSize;
        nuint groupBytes = (nuint)(bitCount * ExtraPlaces.GroupSize / 8);
        Debug.Assert((nuint)bits.Length >= (groups - 1) * groupBytes + 16);

        // SAFETY: each group's 16 bytes are inside the bits (asserted), its 16 weights inside the weights.
        ref byte group = ref MemoryMarshal.GetReference(bits);
        ref byte weight = ref Start(weights);
        ref byte place = ref MemoryMarshal.GetReference(places.Bytes);
        ref int mask = ref MemoryMarshal.GetReference(places.Masks);
        TVector even = default, odd = default;
        for (; groups > 0; groups--)
        {
            for (nuint i = 0; i < ExtraPlaces.GroupSize; i += (nuint)TLanes.Count)
            {
                TVector codes = TLanes.FromBits(
                    in group, in Unsafe.Add(ref place, i * sizeof(int)), in Unsafe.Add(ref mask, i));
                odd = TLanes.MultiplyAdd(codes, TLanes.FromFloats(in weight, i * sizeof(float)), odd);
            }

            (even, odd) = (odd, even);
            group = ref Unsafe.Add(ref group, groupBytes);
            weight = ref Unsafe.Add(ref weight, ExtraPlaces.GroupSize * sizeof(float));
        }

        return TLanes.Sum(TLanes.Add(even, odd));
    }

    private static ref byte Start(ReadOnlySpan<float> values) =>
        ref Unsafe.As<float, byte>(ref MemoryMarshal.GetReference(values));
}
