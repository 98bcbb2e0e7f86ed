using System.Reflection;

namespace Vesper.Hosts.Tests.Packaging;

/// <summary>
/// Both packages, made from what was built for this test run, in a folder that is the only package source of all below
/// it. Nothing is downloaded, and nothing gets into the user's own package cache.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vesper-packaging-");

    /// <summary>Where the packages lie.</summary>
    public string Packages => Path.Combine(_root.FullName, "packages");

    /// <summary>The repository.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The version in the packages' names.</summary>
    public string Version { get; private set; } = "";

    /// <summary>A new empty folder whose restores see the packages and nothing else.</summary>
    public string NewFolder(string name) => _root.CreateSubdirectory(name).FullName;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var library = typeof(VesperDatabase).Assembly;
        var configuration = library.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        foreach (var project in new[] { "Vesper", "Vesper.Cli" })
        {
            var arguments = $"pack src/{project} -c {configuration} --no-build -o \"{Packages}\"";
            var packed = await SdkProcess.DotnetAsync(Repository, arguments, TestContext.Current.CancellationToken);
            Assert.True(packed.ExitCode == 0, packed.Output + packed.Errors);
        }

        var tool = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Packages, "Vesper.Cli.*.nupkg")));
        Version = tool["Vesper.Cli.".Length..];
        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_root.FullName, "cache")}" /></config>
              <packageSources><clear /><add key="packed" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <auditSources><clear /></auditSources>
            </configuration>
            """);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vesper.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No Vesper.slnx above the tests");
        }

        return folder.FullName;
    }
}
