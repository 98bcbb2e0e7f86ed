using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Memory;

/// <summary>Owner of a block of native memory, 64-byte aligned, freed on dispose.</summary>
/// <remarks>
/// There is no finalizer, on purpose: kernels hold bare addresses that the garbage collector does not see. A buffer
/// that nobody disposes shows in its scope's count. Reads and writes are as thread-safe as those of an array; dispose
/// only when nobody reads any more. A disposed buffer has length 0.
/// </remarks>
public sealed class NativeBuffer<T> : IDisposable where T : unmanaged
{
    private const int AlignmentBytes = 64;

    private readonly MemoryScope _scope;
    private readonly nint _block;
    private nint _address;
    private long _length;

    /// <summary>Allocates <paramref name="length"/> elements, zeroed, counted in <paramref name="scope"/>.</summary>
    /// <param name="length">Elements, ≥ 0.</param>
    /// <param name="scope">Where the bytes are counted until dispose.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OverflowException">The length in bytes does not fit 64 bits.</exception>
    /// <exception cref="OutOfMemoryException">The system has not that much memory.</exception>
    public unsafe NativeBuffer(long length, MemoryScope scope)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(scope);
        _scope = scope;
        _length = length;
        nuint bytes = checked((nuint)(length * sizeof(T)));
        if (bytes == 0)
        {
            return;
        }

        // Zeroed by the system, which gives large blocks page by page as they are touched: a section of a file that is
        // read in part costs what is read.
        // SAFETY: the block has room for `bytes` after aligning its start, and only this object frees it.
        _block = (nint)NativeMemory.AllocZeroed(checked(bytes + AlignmentBytes - 1));
        _address = (_block + AlignmentBytes - 1) & -AlignmentBytes;
        Debug.Assert(_address % AlignmentBytes == 0 && _address - _block < AlignmentBytes);
        scope.Add((long)bytes);
    }

    /// <summary>Elements; 0 after dispose.</summary>
    public long Length => _length;

    /// <summary>Start of the block for address arithmetic inside this project; 0 when empty or disposed.</summary>
    internal nint Address => _address;

    /// <summary>The element at an index. Range-checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside 0 … length − 1.</exception>
    public unsafe ref T this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)_length)
            {
                ThrowRange(nameof(index), index);
            }

            // SAFETY: 0 ≤ index < length was checked above.
            Debug.Assert(_address != 0 && index < _length);
            return ref ((T*)_address)[index];
        }
    }

    /// <summary>A view of part of the buffer. Range-checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the buffer.</exception>
    public unsafe Span<T> Slice(long start, int length)
    {
        if ((ulong)start > (ulong)_length || (ulong)(uint)length > (ulong)(_length - start) || length < 0)
        {
            ThrowRange(nameof(start), start);
        }

        // SAFETY: start + length ≤ Length was checked above.
        Debug.Assert(start + length <= _length);
        return new Span<T>((T*)_address + start, length);
    }

    /// <inheritdoc/>
    public unsafe void Dispose()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        long length = Interlocked.Exchange(ref _length, 0);
        if (address == 0)
        {
            return;
        }

        // SAFETY: the exchange hands the block to exactly one caller.
        Debug.Assert(length > 0);
        NativeMemory.Free((void*)_block);
        _scope.Add(-(length * sizeof(T)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowRange(string name, long value) =>
        throw new ArgumentOutOfRangeException(name, value, $"Outside a buffer of {_length} elements.");
}
