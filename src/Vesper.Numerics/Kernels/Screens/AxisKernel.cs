using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Kernels.Screens;

/// <summary>Dot products of a few rows with all axes, at one SIMD width. Stateless, thread-safe.</summary>
/// <remarks>Axes lie in panels: element after element, for each the panel's axes; see <see cref="Pack"/>.</remarks>
internal abstract class AxisKernel
{
    /// <summary>Most elements summed one after another before the sum is added to those of earlier elements.</summary>
    public const int Run = 32;

    /// <summary>Rows of one call.</summary>
    public const int Rows = 6;

    private static readonly AxisKernel Scalar = new AxisKernel<ScalarLane, float>();
    private static readonly AxisKernel Wide128 = new AxisKernel<Lanes128, Vector128<float>>();
    private static readonly AxisKernel Wide256 = new AxisKernel<Lanes256, Vector256<float>>();
    private static readonly AxisKernel Wide512 = new AxisKernel<Lanes512, Vector512<float>>();

    /// <summary>Axes of a panel.</summary>
    protected abstract int PanelWidth { get; }

    /// <summary>The kernel of the same width as a row of the table.</summary>
    public static AxisKernel For(KernelTable table) => table.WidthBits switch
    {
        512 => Wide512,
        256 => Wide256,
        128 => Wide128,
        _ => Scalar,
    };

    /// <summary>Axes of equal length in panels, the last one filled up with zeros.</summary>
    public float[] Pack(float[][] axes)
    {
        int panels = (axes.Length + PanelWidth - 1) / PanelWidth;
        int dimensions = axes[0].Length;
        var packed = new float[panels * PanelWidth * dimensions];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            int start = axis / PanelWidth * PanelWidth * dimensions + axis % PanelWidth;
            for (int i = 0; i < dimensions; i++)
            {
                packed[start + i * PanelWidth] = axes[axis][i];
            }
        }

        return packed;
    }

    /// <summary>Writes for each row its dot products with all axes, and 0 up to whole panels.</summary>
    /// <param name="rows"><see cref="Rows"/> rows, one after another.</param>
    /// <param name="panels">Packed axes.</param>
    /// <param name="products">Rows of equal stride, at least whole panels wide.</param>
    public void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> panels, Span<float> products)
    {
        int dimensions = rows.Length / Rows;
        int panelFloats = PanelWidth * dimensions;
        int stride = products.Length / Rows;
        Debug.Assert(rows.Length == Rows * dimensions && panels.Length % panelFloats == 0);
        Debug.Assert(products.Length == Rows * stride && panels.Length / dimensions <= stride);
        products.Clear();
        for (int start = 0, column = 0; start < panels.Length; start += panelFloats, column += PanelWidth)
        {
            for (int first = 0; first < dimensions; first += Run)
            {
                int run = Math.Min(Run, dimensions - first);
                ReadOnlySpan<float> panel = panels.Slice(start + first * PanelWidth, run * PanelWidth);
                AddProducts(rows[first..], new AxisRun(dimensions, run, stride), panel, products[column..]);
            }
        }
    }

    /// <summary>
    /// Adds the products of a run of elements with one panel to the panel's columns, which start the span.
    /// </summary>
    protected abstract void AddProducts(
        ReadOnlySpan<float> rows, AxisRun run, ReadOnlySpan<float> panel, Span<float> products);
}

/// <summary>6 rows × 2 vectors of axes: fits a file of 16 vector registers.</summary>
internal sealed class AxisKernel<TLanes, TVector> : AxisKernel
    where TLanes : ILanes<TVector> where TVector : struct
{
    protected override int PanelWidth => 2 * TLanes.Count;

    // Written out: each sum is a local of its own, or it would not stay in a register.
    protected override void AddProducts(
        ReadOnlySpan<float> rows, AxisRun run, ReadOnlySpan<float> panel, Span<float> products)
    {
        // SAFETY: the rows start a stride apart, and from each on a run of elements is there, as many as the panel has.
        nuint dimensions = (nuint)run.RowStride;
        int stride = run.ProductStride;
        nuint lanes = (nuint)TLanes.Count;
        Debug.Assert(rows.Length >= (Rows - 1) * run.RowStride + run.Count);
        Debug.Assert(products.Length >= (Rows - 1) * stride + 2 * TLanes.Count);
        Debug.Assert((nuint)panel.Length == (nuint)run.Count * 2 * lanes);
        ref float row0 = ref MemoryMarshal.GetReference(rows);
        ref float row1 = ref Unsafe.Add(ref row0, dimensions);
        ref float row2 = ref Unsafe.Add(ref row1, dimensions);
        ref float row3 = ref Unsafe.Add(ref row2, dimensions);
        ref float row4 = ref Unsafe.Add(ref row3, dimensions);
        ref float row5 = ref Unsafe.Add(ref row4, dimensions);
        ref float axes = ref MemoryMarshal.GetReference(panel);
        TVector left0 = default, left1 = default, left2 = default, left3 = default, left4 = default, left5 = default;
        TVector right0 = default, right1 = default, right2 = default;
        TVector right3 = default, right4 = default, right5 = default;
        for (nuint i = 0; i < (nuint)run.Count; i++)
        {
            TVector left = TLanes.Load(ref axes, 0);
            TVector right = TLanes.Load(ref axes, lanes);
            Step(Unsafe.Add(ref row0, i), left, right, ref left0, ref right0);
            Step(Unsafe.Add(ref row1, i), left, right, ref left1, ref right1);
            Step(Unsafe.Add(ref row2, i), left, right, ref left2, ref right2);
            Step(Unsafe.Add(ref row3, i), left, right, ref left3, ref right3);
            Step(Unsafe.Add(ref row4, i), left, right, ref left4, ref right4);
            Step(Unsafe.Add(ref row5, i), left, right, ref left5, ref right5);
            axes = ref Unsafe.Add(ref axes, 2 * lanes);
        }

        Add(left0, right0, ref products[0]);
        Add(left1, right1, ref products[stride]);
        Add(left2, right2, ref products[2 * stride]);
        Add(left3, right3, ref products[3 * stride]);
        Add(left4, right4, ref products[4 * stride]);
        Add(left5, right5, ref products[5 * stride]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float element, TVector left, TVector right, ref TVector leftSum, ref TVector rightSum)
    {
        TVector factor = TLanes.Broadcast(element);
        leftSum = TLanes.MultiplyAdd(factor, left, leftSum);
        rightSum = TLanes.MultiplyAdd(factor, right, rightSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector left, TVector right, ref float products)
    {
        nuint count = (nuint)TLanes.Count;
        TLanes.Store(TLanes.Add(left, TLanes.Load(ref products, 0)), ref products, 0);
        TLanes.Store(TLanes.Add(right, TLanes.Load(ref products, count)), ref products, count);
    }
}

/// <summary>Some elements of rows and where their products go.</summary>
/// <param name="RowStride">From one row's element to the next row's.</param>
/// <param name="Count">Elements.</param>
/// <param name="ProductStride">From one row's products to the next row's.</param>
internal readonly record struct AxisRun(int RowStride, int Count, int ProductStride);
