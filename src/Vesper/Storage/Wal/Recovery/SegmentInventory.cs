namespace Vesper.Storage.Wal.Recovery;

/// <summary>The files of a directory that have a segment's name. Other names are no concern of the log.</summary>
internal sealed class SegmentInventory
{
    private readonly WalOptions _options;
    private readonly List<long> _unneeded = [];
    private readonly long _firstNeeded;

    public SegmentInventory(WalOptions options, long firstNeeded)
    {
        _options = options;
        _firstNeeded = firstNeeded;
        foreach (string name in _options.Files.List(_options.Directory))
        {
            if (!WalFormat.TryParseName(name, out long number))
            {
                continue;
            }

            HighestNumber = Math.Max(HighestNumber, number);
            if (number < firstNeeded)
            {
                _unneeded.Add(number);
            }
            else
            {
                Needed.Add(SegmentFile.Read(_options, number));
            }
        }

        Needed.Sort((left, right) => left.Number.CompareTo(right.Number));
    }

    /// <summary>
    /// The segments that the manifest may still need, by number; damaged ones and other logs' as well.
    /// </summary>
    public List<SegmentFile> Needed { get; } = [];

    /// <summary>The highest number in any segment's name; 0 when there is none.</summary>
    public long HighestNumber { get; private set; }

    /// <summary>
    /// The segments that must be there are not: a manifest that needs one was published after that one was durable.
    /// </summary>
    public bool LacksNeeded => Needed.Count == 0 && (_unneeded.Count > 0 || _firstNeeded > 0);

    /// <summary>The log's own files, which trimming may delete; what cannot be told to be one is left alone.</summary>
    public SegmentShelf Shelve()
    {
        var shelf = new SegmentShelf(_options);
        IEnumerable<SegmentFile> own = _unneeded.Order().Select(TryRead).OfType<SegmentFile>()
            .Concat(Needed)
            .Where(segment => segment.Header is not null);
        foreach (SegmentFile segment in own)
        {
            shelf.Add(segment.Number, segment.Length);
        }

        return shelf;
    }

    private SegmentFile? TryRead(long number)
    {
        try
        {
            return SegmentFile.Read(_options, number);
        }
        catch (FormatVersionException)
        {
            return null;
        }
    }
}
