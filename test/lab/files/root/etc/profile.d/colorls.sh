alias ll='ls -l --color=auto'
