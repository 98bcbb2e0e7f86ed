namespace Vesper.Tests.Storage.Wal;

/// <summary>What of the pending changes reached the disk before the machine stopped.</summary>
internal enum Survival
{
    Everything,
    OnlySynced,
    WritesOnly,
    NamesOnly,
    PrefixTorn,
    LastTornToZeros,
    LastTornToGarbage,
    AnySubset,
    SizesOnly,
}

/// <summary>Makes the file system that a restart finds after a crash.</summary>
internal static class CrashImage
{
    public static SimulatedFileSystem Of(SimulatedFileSystem before, Survival survival, int seed)
    {
        var random = new Random(seed);
        var after = new SimulatedFileSystem();
        Dictionary<string, SimulatedInode> names = new(before.DurableNames, StringComparer.Ordinal);
        foreach ((string Path, SimulatedInode? Inode)[] change in before.PendingNames)
        {
            if (!KeepsName(survival, random))
            {
                continue;
            }

            foreach ((string path, SimulatedInode? inode) in change)
            {
                if (inode is null)
                {
                    names.Remove(path);
                }
                else
                {
                    names[path] = inode;
                }
            }
        }

        HashSet<string> directories = Directories(before, survival, random);
        after.Directories.UnionWith(directories);
        after.DurableDirectories.UnionWith(directories);
        foreach ((string path, SimulatedInode inode) in names.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (directories.Contains(Path.GetDirectoryName(path)!))
            {
                after.Put(path, Content(inode, survival, random));
            }
        }

        return after;
    }

    /// <summary>Those that the disk has, and those of the others that survive; none without the one above it.</summary>
    private static HashSet<string> Directories(SimulatedFileSystem before, Survival survival, Random random)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal) { "/" };
        foreach (string path in before.Directories.Union(before.DurableDirectories).Order(StringComparer.Ordinal))
        {
            bool now = before.Directories.Contains(path);
            bool survives = now == before.DurableDirectories.Contains(path) ? now
                : KeepsName(survival, random) ? now : !now;
            if (survives && Path.GetDirectoryName(path) is { } above && kept.Contains(above))
            {
                kept.Add(path);
            }
        }

        return kept;
    }

    private static bool KeepsName(Survival survival, Random random) => survival switch
    {
        Survival.OnlySynced or Survival.WritesOnly => false,
        Survival.AnySubset => random.Next(2) == 0,
        _ => true,
    };

    private static byte[] Content(SimulatedInode inode, Survival survival, Random random)
    {
        byte[] image = inode.Durable.ToArray();
        List<PendingWrite> pending = inode.Pending;
        int whole = survival switch
        {
            Survival.OnlySynced or Survival.NamesOnly => 0,
            Survival.PrefixTorn => random.Next(pending.Count + 1),
            Survival.LastTornToZeros or Survival.LastTornToGarbage => pending.Count - 1,
            _ => pending.Count,
        };
        for (int i = 0; i < pending.Count; i++)
        {
            PendingWrite write = pending[i];
            if (survival == Survival.AnySubset && random.Next(2) == 0)
            {
                continue;
            }

            if (survival == Survival.SizesOnly && write.Bytes is not null)
            {
                new PendingWrite(write.Offset, new byte[write.Bytes.Length]).ApplyTo(ref image);
            }
            else if (i < whole)
            {
                write.ApplyTo(ref image);
            }
            else if (i == whole && write.Bytes is not null && whole >= 0 && survival >= Survival.PrefixTorn)
            {
                Tear(write, survival, random).ApplyTo(ref image);
            }
        }

        return image;
    }

    private static PendingWrite Tear(PendingWrite write, Survival survival, Random random)
    {
        int kept = random.Next(write.Bytes!.Length);
        if (survival == Survival.PrefixTorn)
        {
            return new PendingWrite(write.Offset, write.Bytes[..kept]);
        }

        byte[] bytes = write.Bytes.ToArray();
        if (survival == Survival.LastTornToZeros)
        {
            bytes.AsSpan(kept).Clear();
        }
        else
        {
            random.NextBytes(bytes.AsSpan(kept));
        }

        return new PendingWrite(write.Offset, bytes);
    }
}
