using System.Diagnostics;
using System.Numerics;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// Finds an id that occurs twice among a known number of them, in at most some 8 bytes an id: ids that lie close are
/// marked in pages of a bitmap; once that would take more, they are gathered and sorted.
/// </summary>
/// <param name="count">Ids that will be added, at most; the caller has them already or knows that a file has.</param>
internal sealed class UniqueIds(long count)
{
    private const int PageShift = 15;
    private const int PageWords = (1 << PageShift) / 64;
    private const int PagesMin = 4;

    private readonly long _pagesMax = PagesMin + (count / PageWords);
    private readonly Dictionary<ulong, ulong[]> _pages = [];
    private ulong _lastKey;
    private ulong[]? _last;
    private ulong[]? _gathered;
    private int _used;
    private ulong? _duplicate;

    /// <summary>Adds ids, in any order.</summary>
    public void Add(ReadOnlySpan<ulong> ids)
    {
        int done = _gathered is null ? Mark(ids) : 0;
        if (done < ids.Length)
        {
            _gathered ??= Gather();
            ids[done..].CopyTo(_gathered.AsSpan(_used));
            _used += ids.Length - done;
        }
    }

    /// <summary>An id that was added twice, or null. Nothing is added afterwards.</summary>
    public ulong? FindDuplicate()
    {
        if (_duplicate is null && _gathered is not null)
        {
            Span<ulong> ids = _gathered.AsSpan(0, _used);
            ids.Sort();
            for (int i = 1; i < ids.Length && _duplicate is null; i++)
            {
                _duplicate = ids[i] == ids[i - 1] ? ids[i] : null;
            }
        }

        return _duplicate;
    }

    /// <summary>How many were marked before pages became too many.</summary>
    private int Mark(ReadOnlySpan<ulong> ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            ulong id = ids[i];
            ulong key = id >> PageShift;
            ulong[]? page = key == _lastKey ? _last : null;
            page ??= FindPage(key);
            if (page is null)
            {
                return i;
            }

            ref ulong word = ref page[(int)(id >> 6) & (PageWords - 1)];
            ulong bit = 1ul << (int)(id & 63);
            if ((word & bit) != 0)
            {
                _duplicate ??= id;
            }

            word |= bit;
        }

        return ids.Length;
    }

    private ulong[]? FindPage(ulong key)
    {
        if (!_pages.TryGetValue(key, out ulong[]? page))
        {
            if (_pages.Count == _pagesMax)
            {
                return null;
            }

            page = new ulong[PageWords];
            _pages.Add(key, page);
        }

        _lastKey = key;
        return _last = page;
    }

    private ulong[] Gather()
    {
        LimitExceededException.ThrowIfAbove("Scattered ids of a file", count, Array.MaxLength, "ids");
        ulong[] gathered = new ulong[count];
        foreach ((ulong key, ulong[] page) in _pages)
        {
            for (int i = 0; i < page.Length; i++)
            {
                for (ulong word = page[i]; word != 0; word &= word - 1)
                {
                    ulong low = ((ulong)i << 6) | (uint)BitOperations.TrailingZeroCount(word);
                    gathered[_used++] = (key << PageShift) | low;
                }
            }
        }

        Debug.Assert(_used <= count, "no more ids are marked than will be added");
        _pages.Clear();
        _last = null;
        return gathered;
    }
}
