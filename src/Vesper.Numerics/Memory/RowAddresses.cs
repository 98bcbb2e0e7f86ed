using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Memory;

/// <summary>
/// Where rows of a <see cref="RowMatrix{T}"/> start, at one moment: what a kernel needs to walk over rows.
/// </summary>
/// <remarks>Valid as long as the matrix is not disposed. Rows are not range-checked outside Debug builds.</remarks>
internal readonly struct RowAddresses<T> where T : unmanaged
{
    private readonly nint[] _bases;
    private readonly int _blockShift;
    private readonly int _blockMask;

    public RowAddresses(nint[] bases, int blockShift, int strideBytes, int count)
    {
        _bases = bases;
        _blockShift = blockShift;
        _blockMask = (int)((1u << blockShift) - 1);
        StrideBytes = strideBytes;
        Count = count;
        Debug.Assert(count == 0 || (count - 1) >> blockShift < bases.Length);
    }

    /// <summary>Bytes from one row's start to the next's.</summary>
    public int StrideBytes { get; }

    /// <summary>Rows that were counted when this was made.</summary>
    public int Count { get; }

    /// <summary>The first element of a row.</summary>
    /// <param name="row">0 ≤ row &lt; <see cref="Count"/>; the caller's promise.</param>
    public unsafe ref T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // SAFETY: callers pass ordinals of existing rows; those from files are validated when they are loaded.
            Debug.Assert((uint)row < (uint)Count);
            nint inBlock = row & _blockMask;
            return ref Unsafe.AsRef<T>((byte*)_bases[row >> _blockShift] + inBlock * StrideBytes);
        }
    }

    /// <summary>The row's first columns; not more than the stride.</summary>
    public unsafe Span<T> Span(int row, int columns)
    {
        // SAFETY: the row exists (asserted by the indexer) and holds stride ≥ columns elements.
        Debug.Assert(columns * sizeof(T) <= StrideBytes);
        return new Span<T>(Unsafe.AsPointer(ref this[row]), columns);
    }
}
