using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Vesper.Numerics.Memory;

/// <summary>
/// A managed array that starts on a cache line and never moves: for immutable objects and pooled scratch that nobody
/// disposes.
/// </summary>
internal sealed class PinnedArray<T> where T : unmanaged
{
    private const int LineBytes = 64;

    private readonly T[] _elements;
    private readonly int _start;

    /// <summary>Zeros.</summary>
    /// <param name="length">Elements, ≥ 0.</param>
    public unsafe PinnedArray(int length)
    {
        Debug.Assert(LineBytes % sizeof(T) == 0);
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        // Pinned, so that the alignment found now stays; the collector frees it with its owner.
        _elements = GC.AllocateArray<T>(checked(length + (LineBytes / sizeof(T))), pinned: true);

        // SAFETY: the array is pinned for life; only its address is looked at.
        nuint address = (nuint)Unsafe.AsPointer(ref _elements[0]);
        _start = (int)((LineBytes - (address % LineBytes)) % LineBytes) / sizeof(T);
        Length = length;
        Debug.Assert(_start + length <= _elements.Length);
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>All of them.</summary>
    public Span<T> Span => _elements.AsSpan(_start, Length);
}
