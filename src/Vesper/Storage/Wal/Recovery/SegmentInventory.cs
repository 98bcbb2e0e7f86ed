namespace Vesper.Storage.Wal.Recovery;

/// <summary>The files of a directory that have a segment's name. Other names are no concern of the log.</summary>
internal sealed class SegmentInventory
{
    private readonly WalOptions options;
    private readonly List<long> unneeded = [];

    public SegmentInventory(WalOptions options, long firstNeeded)
    {
        this.options = options;
        foreach (string name in options.Files.List(options.Directory))
        {
            if (!WalFormat.TryParseName(name, out long number))
                continue;

            HighestNumber = Math.Max(HighestNumber, number);
            if (number < firstNeeded)
                unneeded.Add(number);
            else
                Needed.Add(SegmentFile.Read(options, number));
        }

        Needed.Sort((left, right) => left.Number.CompareTo(right.Number));
    }

    /// <summary>The segments that the manifest may still need, by number; damaged ones and other logs' as well.</summary>
    public List<SegmentFile> Needed { get; } = [];

    /// <summary>The highest number in any segment's name; 0 when there is none.</summary>
    public long HighestNumber { get; private set; }

    /// <summary>There are segments, but all are below the first one needed.</summary>
    public bool LacksNeeded => Needed.Count == 0 && unneeded.Count > 0;

    /// <summary>The log's own files, which trimming may delete; what cannot be told to be one is left alone.</summary>
    public SegmentShelf Shelve()
    {
        var shelf = new SegmentShelf(options);
        IEnumerable<SegmentFile> own = unneeded.Order().Select(TryRead).OfType<SegmentFile>()
            .Concat(Needed)
            .Where(segment => segment.Header is not null);
        foreach (SegmentFile segment in own)
            shelf.Add(segment.Number, segment.Length);

        return shelf;
    }

    private SegmentFile? TryRead(long number)
    {
        try
        {
            return SegmentFile.Read(options, number);
        }
        catch (FormatVersionException)
        {
            return null;
        }
    }
}
