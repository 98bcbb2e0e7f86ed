using System.Diagnostics;
using System.Numerics;

namespace Vesper.Numerics.Selection;

/// <summary>A dense set of ordinals below a length: one bit each. Not thread-safe for writers.</summary>
public sealed class BitSet
{
    private const int WordBits = 64;

    // Bits at and above the length are 0 always: counting and walking need no mask.
    private ulong[] _array = [];
    private int _wordCount;

    /// <summary>An empty set for ordinals 0 … length − 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public BitSet(int length) => Reset(length);

    /// <summary>One more than the largest ordinal it can hold.</summary>
    public int Length { get; private set; }

    private Span<ulong> Words => _array.AsSpan(0, _wordCount);

    /// <summary>Empties it and gives it another length. Allocates only when it was never that long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public void Reset(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _wordCount = (int)(((long)length + WordBits - 1) / WordBits);
        Length = length;
        if (_array.Length < _wordCount)
        {
            _array = new ulong[_wordCount];
        }
        else
        {
            Clear();
        }
    }

    /// <summary>Whether the ordinal is in. Ordinals ≥ length are not.</summary>
    public bool Contains(int ordinal) =>
        (uint)ordinal < (uint)Length && (_array[ordinal / WordBits] >> (ordinal % WordBits) & 1) != 0;

    /// <summary>Adds one ordinal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The ordinal is outside 0 … length − 1.</exception>
    public void Add(int ordinal) => Word(ordinal) |= Bit(ordinal);

    /// <summary>Removes one ordinal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The ordinal is outside 0 … length − 1.</exception>
    public void Remove(int ordinal) => Word(ordinal) &= ~Bit(ordinal);

    /// <summary>Adds all ordinals of a range, 64 at a time.</summary>
    /// <param name="from">First ordinal.</param>
    /// <param name="to">One more than the last, ≥ <paramref name="from"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside 0 … length.</exception>
    public void AddRange(int from, int to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        if (from == to)
        {
            return;
        }

        int first = from / WordBits;
        int last = (to - 1) / WordBits;
        ulong firstMask = ulong.MaxValue << (from % WordBits);
        ulong lastMask = ulong.MaxValue >> (WordBits - 1 - (to - 1) % WordBits);
        if (first == last)
        {
            _array[first] |= firstMask & lastMask;
            return;
        }

        _array[first] |= firstMask;
        _array.AsSpan((first + 1)..last).Fill(ulong.MaxValue);
        _array[last] |= lastMask;
    }

    /// <summary>Adds all of 0 … length − 1.</summary>
    public void Fill() => AddRange(0, Length);

    /// <summary>Removes all.</summary>
    public void Clear() => Words.Clear();

    /// <summary>Keeps what is in both. Lengths must be equal, as for the other set operations.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void And(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        Span<ulong> words = Words;
        for (int i = 0; i < source.Length; i++)
        {
            words[i] &= source[i];
        }
    }

    /// <summary>Adds what is in the other.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Or(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        Span<ulong> words = Words;
        for (int i = 0; i < source.Length; i++)
        {
            words[i] |= source[i];
        }
    }

    /// <summary>Removes what is in the other.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void AndNot(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        Span<ulong> words = Words;
        for (int i = 0; i < source.Length; i++)
        {
            words[i] &= ~source[i];
        }
    }

    /// <summary>Complements it.</summary>
    public void Not()
    {
        Span<ulong> words = Words;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = ~words[i];
        }

        int tail = Length % WordBits;
        if (tail != 0)
        {
            words[^1] &= (1UL << tail) - 1;
        }
    }

    /// <summary>How many ordinals are in (population count).</summary>
    public int Count()
    {
        int count = 0;
        foreach (ulong word in Words)
        {
            count += BitOperations.PopCount(word);
        }

        Debug.Assert(count <= Length);
        return count;
    }

    /// <summary>The smallest member ≥ <paramref name="from"/>, or −1.</summary>
    public int Next(int from)
    {
        from = Math.Max(from, 0);
        if (from >= Length)
        {
            return -1;
        }

        ReadOnlySpan<ulong> words = Words;
        int index = from / WordBits;
        ulong word = words[index] & (ulong.MaxValue << (from % WordBits));
        while (word == 0)
        {
            index++;
            if (index == words.Length)
            {
                return -1;
            }

            word = words[index];
        }

        int found = index * WordBits + BitOperations.TrailingZeroCount(word);
        Debug.Assert(found >= from && found < Length);
        return found;
    }

    /// <summary>
    /// Adds the members that 64 bits name, from ordinal <paramref name="start"/> (a multiple of 64) on.
    /// </summary>
    internal void OrWord(int start, ulong bits)
    {
        Debug.Assert(start % WordBits == 0);
        if (bits == 0)
        {
            return;
        }

        int last = start + WordBits - 1 - BitOperations.LeadingZeroCount(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, Length);
        _array[start / WordBits] |= bits;
    }

    private static ulong Bit(int ordinal) => 1UL << (ordinal % WordBits);

    private ref ulong Word(int ordinal)
    {
        if ((uint)ordinal >= (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"Outside a set of length {Length}.");
        }

        return ref _array[ordinal / WordBits];
    }

    private ReadOnlySpan<ulong> WordsOf(BitSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Length != Length)
        {
            throw new ArgumentException($"Lengths differ: {Length} and {other.Length}.", nameof(other));
        }

        return other.Words;
    }
}
