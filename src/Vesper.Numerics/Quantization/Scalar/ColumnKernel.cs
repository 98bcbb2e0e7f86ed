using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;
using Vesper.Numerics.Quantization.Lanes;
using Vesper.Numerics.Scoring;

namespace Vesper.Numerics.Quantization.Scalar;

/// <summary>Sums of weighted codes of one block at one SIMD width. Stateless, thread-safe.</summary>
/// <remarks>
/// A block is one step after another, each with the codes of all 32 rows for one dimension (4-bit codes: two), and the
/// 32 terms at its end: a vector holds the sums of several rows, so that none is ever added across.
/// </remarks>
internal abstract class ColumnKernel
{
    /// <summary>Bytes of one row in a step.</summary>
    public abstract int ElementBytes { get; }

    /// <summary>Dimensions of a step.</summary>
    public abstract int DimensionsPerStep { get; }

    /// <summary>The estimates of a block's rows: offset + term + Σ weight × code.</summary>
    /// <param name="block">A whole block.</param>
    /// <param name="weights">One for each dimension of each step.</param>
    /// <param name="offset">Added to all.</param>
    /// <param name="threshold">Inclusive.</param>
    /// <param name="estimates">32 slots.</param>
    /// <returns>Bit r is set unless row r is above the threshold.</returns>
    public abstract uint Scan(
        ReadOnlySpan<byte> block, ReadOnlySpan<float> weights, float offset, float threshold, Span<float> estimates);

    /// <summary>The kernel for a code at the width of a row of the table.</summary>
    public static ColumnKernel For<TCode>(KernelTable table) where TCode : IColumnCode => table.WidthBits switch
    {
        128 => new ColumnKernel<CodeLanes128, Vector128<float>, TCode>(),
        256 => new ColumnKernel<CodeLanes256, Vector256<float>, TCode>(),
        512 => new ColumnKernel<CodeLanes512, Vector512<float>, TCode>(),
        _ => new ColumnKernel<CodeLane, float, TCode>(),
    };
}

/// <summary>The one body, for any width and code.</summary>
internal sealed class ColumnKernel<TLanes, TVector, TCode> : ColumnKernel
    where TLanes : ICodeLanes<TVector> where TVector : struct where TCode : IColumnCode
{
    public override int ElementBytes => TCode.ElementBytes;

    public override int DimensionsPerStep => TCode.DimensionsPerStep;

    private static nuint StepBytes => (nuint)(TCode.ElementBytes * IBlockLayout.RowsPerBlock);

    public override uint Scan(
        ReadOnlySpan<byte> block, ReadOnlySpan<float> weights, float offset, float threshold, Span<float> estimates)
    {
        nuint steps = (nuint)(weights.Length / TCode.DimensionsPerStep);
        Debug.Assert(weights.Length % TCode.DimensionsPerStep == 0);
        Debug.Assert((nuint)block.Length >= steps * StepBytes + IBlockLayout.RowsPerBlock * sizeof(float));
        Debug.Assert(estimates.Length >= IBlockLayout.RowsPerBlock);

        // SAFETY: the steps and the terms after them are inside the block; rows stay below 32 and so inside a step, the
        // terms and the estimates.
        ref byte start = ref MemoryMarshal.GetReference(block);
        ref byte terms = ref Unsafe.Add(ref start, steps * StepBytes);
        ref float target = ref MemoryMarshal.GetReference(estimates);
        TVector shared = TLanes.Broadcast(offset);
        TVector limit = TLanes.Broadcast(threshold);
        uint found = 0;
        for (nuint row = 0; row < IBlockLayout.RowsPerBlock; row += 2 * (nuint)TLanes.Count)
        {
            nuint next = row + (nuint)TLanes.Count;
            TVector first = Sum(ref start, steps, row, ref MemoryMarshal.GetReference(weights), out TVector second);
            first = TLanes.Add(first, TLanes.Add(shared, TLanes.FromFloats(in terms, row * sizeof(float))));
            second = TLanes.Add(second, TLanes.Add(shared, TLanes.FromFloats(in terms, next * sizeof(float))));
            TLanes.Store(first, ref target, row);
            TLanes.Store(second, ref target, next);
            found |= TLanes.NotAbove(first, limit) << (int)row | TLanes.NotAbove(second, limit) << (int)next;
        }

        return found;
    }

    /// <summary>The sums of two vectors of rows; eight running sums hide the latency of the multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(ref byte step, nuint steps, nuint row, ref float weight, out TVector second)
    {
        nuint next = row + (nuint)TLanes.Count;
        Debug.Assert(next + (nuint)TLanes.Count <= IBlockLayout.RowsPerBlock);

        // SAFETY: `rest` steps are left from the two references on, and each round reads only those it counts off.
        TVector left0 = default, left1 = default, left2 = default, left3 = default;
        TVector right0 = default, right1 = default, right2 = default, right3 = default;
        nuint rest = steps;
        for (; rest >= 4; rest -= 4)
        {
            left0 = Fold(left0, ref step, 0, row, ref weight);
            right0 = Fold(right0, ref step, 0, next, ref weight);
            left1 = Fold(left1, ref step, 1, row, ref weight);
            right1 = Fold(right1, ref step, 1, next, ref weight);
            left2 = Fold(left2, ref step, 2, row, ref weight);
            right2 = Fold(right2, ref step, 2, next, ref weight);
            left3 = Fold(left3, ref step, 3, row, ref weight);
            right3 = Fold(right3, ref step, 3, next, ref weight);
            step = ref Unsafe.Add(ref step, 4 * StepBytes);
            weight = ref Unsafe.Add(ref weight, 4 * TCode.DimensionsPerStep);
        }

        for (; rest > 0; rest--)
        {
            left0 = Fold(left0, ref step, 0, row, ref weight);
            right0 = Fold(right0, ref step, 0, next, ref weight);
            step = ref Unsafe.Add(ref step, StepBytes);
            weight = ref Unsafe.Add(ref weight, TCode.DimensionsPerStep);
        }

        second = TLanes.Add(TLanes.Add(right0, right1), TLanes.Add(right2, right3));
        return TLanes.Add(TLanes.Add(left0, left1), TLanes.Add(left2, left3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fold(TVector sum, ref byte step, nuint number, nuint row, ref float weight) =>
        TCode.Fold<TLanes, TVector>(
            sum,
            ref Unsafe.Add(ref step, number * StepBytes),
            row,
            ref Unsafe.Add(ref weight, number * (nuint)TCode.DimensionsPerStep));
}
