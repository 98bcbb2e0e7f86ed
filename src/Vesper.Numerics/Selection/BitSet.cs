using System.Diagnostics;
using System.Numerics;

namespace Vesper.Numerics.Selection;

/// <summary>A dense, fixed-length set of ordinals: one bit each. Not thread-safe for writers.</summary>
public sealed class BitSet
{
    private const int WordBits = 64;

    // Bits at and above the length are 0 always: counting and walking need no mask.
    private readonly ulong[] _words;

    /// <summary>An empty set for ordinals 0 … length − 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public BitSet(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _words = new ulong[(int)(((long)length + WordBits - 1) / WordBits)];
    }

    /// <summary>One more than the largest ordinal it can hold.</summary>
    public int Length { get; }

    /// <summary>Whether the ordinal is in. Ordinals ≥ length are not.</summary>
    public bool Contains(int ordinal) =>
        (uint)ordinal < (uint)Length && (_words[ordinal / WordBits] >> (ordinal % WordBits) & 1) != 0;

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
            _words[first] |= firstMask & lastMask;
            return;
        }

        _words[first] |= firstMask;
        _words.AsSpan((first + 1)..last).Fill(ulong.MaxValue);
        _words[last] |= lastMask;
    }

    /// <summary>Adds all of 0 … length − 1.</summary>
    public void Fill() => AddRange(0, Length);

    /// <summary>Removes all.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>Keeps what is in both. Lengths must be equal, as for the other set operations.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void And(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        for (int i = 0; i < source.Length; i++)
        {
            _words[i] &= source[i];
        }
    }

    /// <summary>Adds what is in the other.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Or(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        for (int i = 0; i < source.Length; i++)
        {
            _words[i] |= source[i];
        }
    }

    /// <summary>Removes what is in the other.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void AndNot(BitSet other)
    {
        ReadOnlySpan<ulong> source = WordsOf(other);
        for (int i = 0; i < source.Length; i++)
        {
            _words[i] &= ~source[i];
        }
    }

    /// <summary>Complements it.</summary>
    public void Not()
    {
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] = ~_words[i];
        }

        int tail = Length % WordBits;
        if (tail != 0)
        {
            _words[^1] &= (1UL << tail) - 1;
        }
    }

    /// <summary>How many ordinals are in (population count).</summary>
    public int Count()
    {
        int count = 0;
        foreach (ulong word in _words)
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

        int index = from / WordBits;
        ulong word = _words[index] & (ulong.MaxValue << (from % WordBits));
        while (word == 0)
        {
            index++;
            if (index == _words.Length)
            {
                return -1;
            }

            word = _words[index];
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
        _words[start / WordBits] |= bits;
    }

    private static ulong Bit(int ordinal) => 1UL << (ordinal % WordBits);

    private ref ulong Word(int ordinal)
    {
        if ((uint)ordinal >= (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"Outside a set of length {Length}.");
        }

        return ref _words[ordinal / WordBits];
    }

    private ReadOnlySpan<ulong> WordsOf(BitSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Length != Length)
        {
            throw new ArgumentException($"Lengths differ: {Length} and {other.Length}.", nameof(other));
        }

        return other._words;
    }
}
