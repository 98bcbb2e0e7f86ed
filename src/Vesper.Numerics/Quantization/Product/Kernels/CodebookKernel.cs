using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vesper.Numerics.Kernels;

namespace Vesper.Numerics.Quantization.Kernels;

/// <summary>Nearest codewords and tables of products, for one SIMD width. Stateless, thread-safe.</summary>
/// <remarks>
/// Each sum is taken in the order of its elements, one lane a sum: with fused multiply-adds all widths give the same
/// bits.
/// </remarks>
internal abstract class CodebookKernel
{
    /// <summary>Codewords of a group, see <see cref="Nearest"/>.</summary>
    public const int Group = 4;

    /// <summary>All widths, narrowest first, in the order of <see cref="KernelTable.All"/>.</summary>
    public static IReadOnlyList<CodebookKernel> All { get; } =
    [
        new CodebookKernel<ScalarLane, EncodeScalar, float>(),
        new CodebookKernel<Lanes128, Encode128, Vector128<float>>(),
        new CodebookKernel<Lanes256, Encode256, Vector256<float>>(),
        new CodebookKernel<Lanes512, Encode512, Vector512<float>>(),
    ];

    /// <summary>That of this process.</summary>
    public static CodebookKernel Current => All.Single(kernel => kernel.WidthBits == KernelTable.Current.WidthBits);

    /// <summary>Bits of one vector; 32 for scalar code.</summary>
    public abstract int WidthBits { get; }

    /// <summary>Rows that are encoded together.</summary>
    public abstract int Rows { get; }

    /// <summary>
    /// The codeword nearest to each of <see cref="Rows"/> points: the smallest ½|c|² − ⟨x, c⟩, the first among equals.
    /// </summary>
    /// <param name="negated">−x, element by element: dimensions × rows.</param>
    /// <param name="groups">
    /// Per group of four codewords: four times ½|c|², four numbers, then dimensions × 4 elements.
    /// </param>
    /// <param name="nearest">Rows: the numbers of the nearest.</param>
    public abstract void Nearest(ReadOnlySpan<float> negated, ReadOnlySpan<float> groups, Span<float> nearest);

    /// <summary>table[j] = Σ query[d] × columns[d][j].</summary>
    /// <param name="query">One part's elements.</param>
    /// <param name="columns">Elements × codewords.</param>
    /// <param name="table">As many as codewords; a multiple of 16.</param>
    public abstract void FillTable(ReadOnlySpan<float> query, ReadOnlySpan<float> columns, Span<float> table);

    /// <summary>rows[r][j] = Σ x[r][i] × matrix[i][j]: row vectors times a square matrix.</summary>
    /// <param name="rows">Any number of rows.</param>
    /// <param name="matrix">Columns × columns.</param>
    /// <param name="results">As long as the rows; no overlap with them.</param>
    public abstract void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> matrix, Span<float> results);
}

/// <summary>The one body for all widths.</summary>
internal sealed class CodebookKernel<TLanes, TEncode, TVector> : CodebookKernel
    where TLanes : ILanes<TVector> where TEncode : IEncodeLanes<TVector> where TVector : struct
{
    public override int WidthBits => TLanes.WidthBits;

    public override int Rows => 2 * TLanes.Count;

    public override void Nearest(ReadOnlySpan<float> negated, ReadOnlySpan<float> groups, Span<float> nearest)
    {
        int dimensions = negated.Length / Rows;
        int groupFloats = Group * (dimensions + 2);
        Debug.Assert(negated.Length == dimensions * Rows && nearest.Length == Rows);
        Debug.Assert(groups.Length > 0 && groups.Length % groupFloats == 0);
        NearestOfAll(
            ref MemoryMarshal.GetReference(negated), ref MemoryMarshal.GetReference(groups), dimensions,
            groups.Length / groupFloats, ref MemoryMarshal.GetReference(nearest));
    }

    public override void FillTable(ReadOnlySpan<float> query, ReadOnlySpan<float> columns, Span<float> table)
    {
        nuint count = (nuint)table.Length;
        Debug.Assert(columns.Length == query.Length * table.Length && table.Length % TLanes.Count == 0);
        ref float column = ref MemoryMarshal.GetReference(columns);
        ref float target = ref MemoryMarshal.GetReference(table);
        for (nuint j = 0; j < count; j += (nuint)TLanes.Count)
        {
            // SAFETY: j + lanes ≤ count, and there are query.Length columns of count floats (asserted above).
            TVector sum = default;
            for (int d = 0; d < query.Length; d++)
            {
                TVector values = TLanes.Load(ref column, ((nuint)d * count) + j);
                sum = TLanes.MultiplyAdd(TEncode.Broadcast(query[d]), values, sum);
            }

            TEncode.Store(sum, ref target, j);
        }
    }

    public override void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> matrix, Span<float> results)
    {
        int columns = (int)Math.Sqrt(matrix.Length);
        Debug.Assert(columns * columns == matrix.Length && rows.Length % columns == 0);
        Debug.Assert(results.Length >= rows.Length && !rows.Overlaps(results));
        for (; rows.Length >= 4 * columns; rows = rows[(4 * columns)..], results = results[(4 * columns)..])
        {
            MultiplyFour(rows, matrix, results, columns);
        }

        for (; rows.Length > 0; rows = rows[columns..], results = results[columns..])
        {
            MultiplyOne(rows, matrix, results, (0, columns), columns);
        }
    }

    /// <summary>A register tile of two vectors of points by four codewords: eight sums hide the latency.</summary>
    private static void NearestOfAll(
        ref float negated, ref float group, int dimensions, int groups, ref float nearest)
    {
        nuint count = (nuint)TLanes.Count;
        TVector best0 = TEncode.Broadcast(float.PositiveInfinity), best1 = best0;
        TVector number0 = default, number1 = default;
        for (int g = 0; g < groups; g++)
        {
            // SAFETY: a group has 4 × (dimensions + 2) floats, the points dimensions × 2 vectors; each loop ends there.
            TVector sum00 = TEncode.Broadcast(group), sum01 = sum00;
            TVector sum10 = TEncode.Broadcast(Unsafe.Add(ref group, 1)), sum11 = sum10;
            TVector sum20 = TEncode.Broadcast(Unsafe.Add(ref group, 2)), sum21 = sum20;
            TVector sum30 = TEncode.Broadcast(Unsafe.Add(ref group, 3)), sum31 = sum30;
            ref float numbers = ref Unsafe.Add(ref group, 4);
            ref float point = ref negated;
            group = ref Unsafe.Add(ref group, 8);
            for (int d = 0; d < dimensions; d++)
            {
                TVector x0 = TLanes.Load(ref point, 0), x1 = TLanes.Load(ref point, count);
                TVector codeword = TEncode.Broadcast(group);
                sum00 = TLanes.MultiplyAdd(x0, codeword, sum00);
                sum01 = TLanes.MultiplyAdd(x1, codeword, sum01);
                codeword = TEncode.Broadcast(Unsafe.Add(ref group, 1));
                sum10 = TLanes.MultiplyAdd(x0, codeword, sum10);
                sum11 = TLanes.MultiplyAdd(x1, codeword, sum11);
                codeword = TEncode.Broadcast(Unsafe.Add(ref group, 2));
                sum20 = TLanes.MultiplyAdd(x0, codeword, sum20);
                sum21 = TLanes.MultiplyAdd(x1, codeword, sum21);
                codeword = TEncode.Broadcast(Unsafe.Add(ref group, 3));
                sum30 = TLanes.MultiplyAdd(x0, codeword, sum30);
                sum31 = TLanes.MultiplyAdd(x1, codeword, sum31);
                point = ref Unsafe.Add(ref point, 2 * count);
                group = ref Unsafe.Add(ref group, 4);
            }

            TVector number = TEncode.Broadcast(numbers);
            number0 = TEncode.WhereLess(sum00, best0, number, number0);
            number1 = TEncode.WhereLess(sum01, best1, number, number1);
            best0 = TEncode.Min(sum00, best0);
            best1 = TEncode.Min(sum01, best1);
            number = TEncode.Broadcast(Unsafe.Add(ref numbers, 1));
            number0 = TEncode.WhereLess(sum10, best0, number, number0);
            number1 = TEncode.WhereLess(sum11, best1, number, number1);
            best0 = TEncode.Min(sum10, best0);
            best1 = TEncode.Min(sum11, best1);
            number = TEncode.Broadcast(Unsafe.Add(ref numbers, 2));
            number0 = TEncode.WhereLess(sum20, best0, number, number0);
            number1 = TEncode.WhereLess(sum21, best1, number, number1);
            best0 = TEncode.Min(sum20, best0);
            best1 = TEncode.Min(sum21, best1);
            number = TEncode.Broadcast(Unsafe.Add(ref numbers, 3));
            number0 = TEncode.WhereLess(sum30, best0, number, number0);
            number1 = TEncode.WhereLess(sum31, best1, number, number1);
            best0 = TEncode.Min(sum30, best0);
            best1 = TEncode.Min(sum31, best1);
        }

        TEncode.Store(number0, ref nearest, 0);
        TEncode.Store(number1, ref nearest, count);
    }

    /// <summary>A register tile of four rows by two vectors; what is left of the columns is done row by row.</summary>
    private static void MultiplyFour(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> matrix, Span<float> results, int columns)
    {
        nuint count = (nuint)TLanes.Count, stride = (nuint)columns;
        ref float target = ref MemoryMarshal.GetReference(results);
        nuint j = 0;
        for (; j + (2 * count) <= stride; j += 2 * count)
        {
            // SAFETY: four rows and as many results, and columns² floats of the matrix, are there (asserted by the
            // caller); j + 2 vectors ≤ columns.
            Debug.Assert(rows.Length >= 4 * columns && results.Length >= 4 * columns);
            ref float row = ref MemoryMarshal.GetReference(rows);
            ref float line = ref Unsafe.Add(ref MemoryMarshal.GetReference(matrix), j);
            TVector sum00 = default, sum01 = default, sum10 = default, sum11 = default;
            TVector sum20 = default, sum21 = default, sum30 = default, sum31 = default;
            for (nuint i = 0; i < stride; i++)
            {
                TVector m0 = TLanes.Load(ref line, 0), m1 = TLanes.Load(ref line, count);
                TVector x = TEncode.Broadcast(row);
                sum00 = TLanes.MultiplyAdd(x, m0, sum00);
                sum01 = TLanes.MultiplyAdd(x, m1, sum01);
                x = TEncode.Broadcast(Unsafe.Add(ref row, stride));
                sum10 = TLanes.MultiplyAdd(x, m0, sum10);
                sum11 = TLanes.MultiplyAdd(x, m1, sum11);
                x = TEncode.Broadcast(Unsafe.Add(ref row, 2 * stride));
                sum20 = TLanes.MultiplyAdd(x, m0, sum20);
                sum21 = TLanes.MultiplyAdd(x, m1, sum21);
                x = TEncode.Broadcast(Unsafe.Add(ref row, 3 * stride));
                sum30 = TLanes.MultiplyAdd(x, m0, sum30);
                sum31 = TLanes.MultiplyAdd(x, m1, sum31);
                row = ref Unsafe.Add(ref row, 1);
                line = ref Unsafe.Add(ref line, stride);
            }

            TEncode.Store(sum00, ref target, j);
            TEncode.Store(sum01, ref target, j + count);
            TEncode.Store(sum10, ref target, stride + j);
            TEncode.Store(sum11, ref target, stride + j + count);
            TEncode.Store(sum20, ref target, (2 * stride) + j);
            TEncode.Store(sum21, ref target, (2 * stride) + j + count);
            TEncode.Store(sum30, ref target, (3 * stride) + j);
            TEncode.Store(sum31, ref target, (3 * stride) + j + count);
        }

        for (int r = 0; r < 4; r++)
        {
            MultiplyOne(rows[(r * columns)..], matrix, results[(r * columns)..], ((int)j, columns), columns);
        }
    }

    private static void MultiplyOne(
        ReadOnlySpan<float> row, ReadOnlySpan<float> matrix, Span<float> result, (int From, int To) range, int columns)
    {
        nuint j = (nuint)range.From, end = (nuint)range.To;
        Debug.Assert(range.To <= columns && matrix.Length >= columns * columns);
        ref float first = ref MemoryMarshal.GetReference(matrix);
        ref float target = ref MemoryMarshal.GetReference(result[..columns]);
        row = row[..columns];
        for (; j + (nuint)TLanes.Count <= end; j += (nuint)TLanes.Count)
        {
            // SAFETY: j + lanes ≤ columns, in the matrix and in the result.
            TVector sum = default;
            for (int i = 0; i < row.Length; i++)
            {
                TVector line = TLanes.Load(ref first, ((nuint)i * (nuint)columns) + j);
                sum = TLanes.MultiplyAdd(TEncode.Broadcast(row[i]), line, sum);
            }

            TEncode.Store(sum, ref target, j);
        }

        for (; j < end; j++)
        {
            float sum = 0;
            for (int i = 0; i < row.Length; i++)
            {
                sum = float.MultiplyAddEstimate(row[i], matrix[(i * columns) + (int)j], sum);
            }

            result[(int)j] = sum;
        }
    }
}
