using System.Diagnostics;

namespace Vesper.Numerics.Selection;

/// <summary>
/// An immutable compressed set of non-negative 32-bit ordinals in containers of 2^16 (array, bitmap or run, whichever
/// is smallest). Chambi, Lemire, Kaser, Godin: "Better bitmap performance with Roaring bitmaps" (2016); runs: Lemire,
/// Ssi-Yan-Kai, Kaser (2016). Serialized in the published Roaring format (RoaringFormatSpec), little-endian.
/// </summary>
public sealed class RoaringBitmap
{
    private readonly ushort[] _keys;
    private readonly RoaringContainer[] _containers;

    internal RoaringBitmap(ushort[] keys, RoaringContainer[] containers)
    {
        Debug.Assert(keys.Length == containers.Length);
        _keys = keys;
        _containers = containers;
        foreach (RoaringContainer container in containers)
        {
            Count += container.Count;
        }
    }

    /// <summary>From strictly ascending values. O(n).</summary>
    /// <exception cref="ArgumentException">The values are negative or not strictly ascending.</exception>
    public static RoaringBitmap FromSorted(ReadOnlySpan<int> ascending)
    {
        for (int i = 0; i < ascending.Length; i++)
        {
            if (ascending[i] < 0 || (i > 0 && ascending[i] <= ascending[i - 1]))
            {
                throw new ArgumentException(
                    $"Values must be non-negative and ascending; they are not at index {i}.", nameof(ascending));
            }
        }

        var keys = new List<ushort>();
        var containers = new List<RoaringContainer>();
        while (!ascending.IsEmpty)
        {
            int key = ascending[0] >> 16;
            int end = 1;
            while (end < ascending.Length && ascending[end] >> 16 == key)
            {
                end++;
            }

            keys.Add((ushort)key);
            containers.Add(RoaringContainer.FromSorted(ascending[..end]));
            ascending = ascending[end..];
        }

        return new RoaringBitmap([.. keys], [.. containers]);
    }

    /// <summary>Members.</summary>
    public int Count { get; }

    /// <summary>Bytes that <see cref="WriteTo"/> needs.</summary>
    public int SerializedBytes => RoaringFormat.Bytes(_containers);

    /// <summary>Whether the value is in. O(log) of a container.</summary>
    public bool Contains(int value)
    {
        if (value < 0)
        {
            return false;
        }

        int index = _keys.AsSpan().BinarySearch((ushort)(value >> 16));
        return index >= 0 && _containers[index].Contains((ushort)value);
    }

    /// <summary>Adds all members to a dense set. Members ≥ its length are an error.</summary>
    /// <exception cref="ArgumentException">A member does not fit; the target is unchanged.</exception>
    public void OrInto(BitSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_keys.Length > 0 && Last >= target.Length)
        {
            throw new ArgumentException($"Member {Last} does not fit a set of length {target.Length}.", nameof(target));
        }

        for (int i = 0; i < _keys.Length; i++)
        {
            _containers[i].OrInto(target, _keys[i] << 16);
        }
    }

    /// <summary>Copies the members in ascending order; returns how many.</summary>
    /// <exception cref="ArgumentException">The target is shorter than <see cref="Count"/>.</exception>
    public int CopyTo(Span<int> target)
    {
        if (target.Length < Count)
        {
            throw new ArgumentException($"{Count} members need more than {target.Length} places.", nameof(target));
        }

        int written = 0;
        for (int i = 0; i < _keys.Length; i++)
        {
            _containers[i].CopyTo(target[written..], _keys[i] << 16);
            written += _containers[i].Count;
        }

        Debug.Assert(written == Count);
        return written;
    }

    /// <summary>Writes the portable form; returns bytes written.</summary>
    /// <exception cref="ArgumentException">The target is shorter than <see cref="SerializedBytes"/>.</exception>
    public int WriteTo(Span<byte> target)
    {
        int bytes = SerializedBytes;
        if (target.Length < bytes)
        {
            throw new ArgumentException($"{bytes} bytes do not fit {target.Length}.", nameof(target));
        }

        RoaringFormat.Write(_keys, _containers, target[..bytes]);
        return bytes;
    }

    /// <summary>
    /// Reads and fully validates a serialized form (hostile input): false when anything is out of order, range or
    /// length, or a member ≥ limit. Takes memory in proportion to the bytes that are there. Bytes after the bitmap
    /// are left alone.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, int limit, out RoaringBitmap? bitmap, out int bytesRead)
    {
        bitmap = null;
        bytesRead = 0;
        if (!RoaringFormat.TryRead(source, out ushort[] keys, out RoaringContainer[] containers, out int bytes))
        {
            return false;
        }

        // Values need 31 bits: the greatest key decides, as keys ascend.
        if (keys.Length > 0 && (keys[^1] > short.MaxValue || (keys[^1] << 16 | containers[^1].Last) >= limit))
        {
            return false;
        }

        bitmap = new RoaringBitmap(keys, containers);
        bytesRead = bytes;
        return true;
    }

    private int Last => _keys[^1] << 16 | _containers[^1].Last;
}
