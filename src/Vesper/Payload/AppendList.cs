using System.Diagnostics;

namespace Vesper.Payloads;

/// <summary>
/// A growing list that one writer appends to while any number of threads read what is already counted.
/// </summary>
/// <remarks>An element never changes once counted. Growing copies, so a reader may go on with the array that it
/// holds.</remarks>
internal sealed class AppendList<T>
{
    private T[] _items = [];
    private int _count;

    /// <summary>Elements that may be read.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The elements counted when this is called.</summary>
    public ReadOnlySpan<T> Span
    {
        get
        {
            // The count first: the array read after it holds at least as many elements.
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _items).AsSpan(0, count);
        }
    }

    /// <summary>One element. An index at or above <see cref="Count"/> is an error.</summary>
    public ref readonly T this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)Volatile.Read(ref _count), "only counted elements are read");
            return ref Volatile.Read(ref _items)[index];
        }
    }

    /// <summary>The last element; the list must not be empty. For the writer.</summary>
    public ref readonly T Last => ref this[Count - 1];

    /// <summary>Appends (one writer) and returns the element's index.</summary>
    public int Add(T item)
    {
        var count = _count;
        if (count == _items.Length)
        {
            var grown = new T[(int)Math.Min(Array.MaxLength, Math.Max(4L, 2L * count))];
            _items.AsSpan().CopyTo(grown);
            Volatile.Write(ref _items, grown);
        }

        _items[count] = item;
        Volatile.Write(ref _count, count + 1);
        return count;
    }
}
