namespace Vesper.Numerics.Memory;

/// <summary>
/// Rows of equal width in native memory, each starting so that no row of up to 64 bytes straddles a cache line and longer ones
/// start on one. One writer appends while any number of threads read rows that are already counted: memory never moves.
/// </summary>
public sealed class RowMatrix<T> : IDisposable where T : unmanaged
{
    /// <summary>An empty, growing matrix (blocks of rows are allocated as needed).</summary>
    /// <param name="columns">Elements per row, ≥ 1.</param>
    /// <param name="scope">Where the bytes are counted.</param>
    public RowMatrix(int columns, MemoryScope scope) => throw new NotImplementedException();

    /// <summary>A full matrix over rows already laid out with <see cref="StrideFor"/> elements each. Takes no ownership.</summary>
    public RowMatrix(int columns, NativeBuffer<byte> rows, long offsetBytes, int count) => throw new NotImplementedException();

    /// <summary>Elements from one row's start to the next's: the bytes of a row rounded up to a power of two below 64 bytes, else to a multiple of 64.</summary>
    public static int StrideFor(int columns) => throw new NotImplementedException();

    /// <summary>Elements per row.</summary>
    public int Columns => throw new NotImplementedException();

    /// <summary>Elements from one row's start to the next's.</summary>
    public int Stride => throw new NotImplementedException();

    /// <summary>Rows appended so far (volatile read).</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>The row's columns.</summary>
    public Span<T> Row(int row) => throw new NotImplementedException();

    /// <summary>Appends a row (one writer) and returns its number; the padding is zero.</summary>
    public int Append(ReadOnlySpan<T> row) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
