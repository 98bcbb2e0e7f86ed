using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Memory;

/// <summary>
/// Rows of equal width in native memory, each starting so that no row of up to 64 bytes straddles a cache line and
/// longer ones start on one. One writer appends while any number of threads read rows that are already counted:
/// memory never moves.
/// </summary>
/// <remarks>
/// Rows lie in blocks of 2^s rows, so that row r is at <c>base[r >> s] + (r mod 2^s) × stride</c>; a matrix over
/// existing memory is one block. The writer fills a row, publishes a longer table of block bases when there is a new
/// block, and then the count, in this order.
/// </remarks>
public sealed class RowMatrix<T> : IDisposable where T : unmanaged
{
    private const int LineBytes = 64;
    private const int BlockBytes = 256 * 1024;
    private const int OneBlockShift = 31;

    private readonly MemoryScope? _scope;
    private readonly List<NativeBuffer<T>> _blocks = [];
    private readonly NativeBuffer<byte>? _source;
    private readonly int _blockShift;
    private nint[] _bases = [];
    private int _count;

    /// <summary>An empty, growing matrix (blocks of rows are allocated as needed).</summary>
    /// <param name="columns">Elements per row, ≥ 1.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no columns.</exception>
    public RowMatrix(int columns, MemoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Stride = StrideFor(columns);
        Columns = columns;
        _scope = scope;
        _blockShift = BitOperations.Log2((uint)Math.Max(1, BlockBytes / StrideBytes));
    }

    /// <summary>
    /// A full matrix over rows already laid out with <see cref="StrideFor"/> elements each. Takes no ownership.
    /// </summary>
    /// <param name="columns">Elements per row, ≥ 1.</param>
    /// <param name="rows">Memory that outlives the matrix.</param>
    /// <param name="offsetBytes">Where the first row starts; a multiple of 64.</param>
    /// <param name="count">Rows that are there.</param>
    /// <exception cref="ArgumentException">
    /// The offset is not aligned, or the rows are not all inside the memory.
    /// </exception>
    public RowMatrix(int columns, NativeBuffer<byte> rows, long offsetBytes, int count)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        Stride = StrideFor(columns);
        Columns = columns;
        if (offsetBytes % LineBytes != 0)
        {
            throw new ArgumentException($"Rows must start at a multiple of {LineBytes} bytes.", nameof(offsetBytes));
        }

        if (offsetBytes > rows.Length || (long)count * StrideBytes > rows.Length - offsetBytes)
        {
            throw new ArgumentException($"{count} rows do not fit {rows.Length} bytes.", nameof(count));
        }

        _source = rows;
        _blockShift = OneBlockShift;
        _bases = [rows.Address + (nint)offsetBytes];
        _count = count;
    }

    /// <summary>
    /// Elements from one row's start to the next's: the bytes of a row rounded up to a power of two below 64 bytes,
    /// else to a multiple of 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no columns, or a row would pass 2 GiB.</exception>
    public static int StrideFor(int columns)
    {
        Debug.Assert(BitOperations.IsPow2(Unsafe.SizeOf<T>()) && Unsafe.SizeOf<T>() <= LineBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, (int.MaxValue - LineBytes) / Unsafe.SizeOf<T>());
        int bytes = columns * Unsafe.SizeOf<T>();
        int rounded = bytes < LineBytes
            ? (int)BitOperations.RoundUpToPowerOf2((uint)bytes)
            : (bytes + LineBytes - 1) & ~(LineBytes - 1);
        return rounded / Unsafe.SizeOf<T>();
    }

    /// <summary>Elements per row.</summary>
    public int Columns { get; }

    /// <summary>Elements from one row's start to the next's.</summary>
    public int Stride { get; }

    /// <summary>Rows appended so far (volatile read).</summary>
    public int Count => Volatile.Read(ref _count);

    private int StrideBytes => Stride * Unsafe.SizeOf<T>();

    /// <summary>Where the rows counted so far start, for kernels: later appends do not change what it says.</summary>
    internal RowAddresses<T> Addresses
    {
        get
        {
            // The count first: rows that it covers are in the bases read after it.
            int count = Count;
            return new RowAddresses<T>(Volatile.Read(ref _bases), _blockShift, StrideBytes, count);
        }
    }

    /// <summary>The row's columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<T> Row(int row)
    {
        RowAddresses<T> rows = Addresses;
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, rows.Count);
        return rows.Span(row, Columns);
    }

    /// <summary>Appends a row (one writer) and returns its number; the padding is zero.</summary>
    /// <exception cref="ArgumentException">The row has another number of columns.</exception>
    /// <exception cref="InvalidOperationException">
    /// The matrix is a view of existing memory, or full (2^31 − 1 rows).
    /// </exception>
    public int Append(ReadOnlySpan<T> row)
    {
        if (row.Length != Columns)
        {
            throw new ArgumentException($"A row has {Columns} columns, not {row.Length}.", nameof(row));
        }

        int number = _count;
        if (_scope is null || number == int.MaxValue)
        {
            throw new InvalidOperationException("The matrix takes no more rows.");
        }

        if (number >> _blockShift == _blocks.Count)
        {
            AddBlock(_scope);
        }

        Debug.Assert(number >> _blockShift < _bases.Length);
        var rows = new RowAddresses<T>(_bases, _blockShift, StrideBytes, number + 1);
        row.CopyTo(rows.Span(number, Columns));
        Volatile.Write(ref _count, number + 1);
        return number;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _count, 0);
        foreach (NativeBuffer<T> block in _blocks)
        {
            block.Dispose();
        }

        _blocks.Clear();
        _bases = [];
        GC.KeepAlive(_source);
    }

    private void AddBlock(MemoryScope scope)
    {
        var block = new NativeBuffer<T>((long)Stride << _blockShift, scope);
        _blocks.Add(block);
        Volatile.Write(ref _bases, [.. _bases, block.Address]);
        Debug.Assert(_bases.Length == _blocks.Count);
    }
}
